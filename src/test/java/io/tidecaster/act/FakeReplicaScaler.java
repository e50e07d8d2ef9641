package io.tidecaster.act;

import io.tidecaster.decide.Fleet;
import io.tidecaster.workload.Scaler;
import java.util.ArrayList;
import java.util.List;

/** Remembers what it was asked for, and answers as it is told. */
final class FakeReplicaScaler implements ReplicaScaler {
  private final List<String> asked = new ArrayList<>();
  private ScaleResult answer = new ScaleResult.Scaled("8");

  void answerWith(ScaleResult result) {
    answer = result;
  }

  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Observation observe(Scaler scaler) {
    return new Observation.Seen(Given.fleet(2));
  }

  @Override
  public ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas) {
    asked.add("%s to %d at %s".formatted(scaler.id(), replicas, decidedOn.resourceVersion()));
    return answer;
  }
}
