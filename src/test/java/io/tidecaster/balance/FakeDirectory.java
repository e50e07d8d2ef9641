package io.tidecaster.balance;

import io.tidecaster.workload.Scaler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Replicas as the test says. */
final class FakeDirectory implements ReplicaDirectory {
  private volatile Sighting sighting = new Known(List.of());
  private final List<String> written = new ArrayList<>();

  void see(Replica... replicas) {
    sighting = new Known(List.of(replicas));
  }

  void seeNothing() {
    sighting = new Unknown("the API server is away");
  }

  synchronized List<String> written() {
    return List.copyOf(written);
  }

  @Override
  public Sighting replicas(Scaler scaler) {
    return sighting;
  }

  @Override
  public synchronized void condemn(Scaler scaler, Set<String> names) {
    written.add("condemn " + names.stream().sorted().toList());
  }

  @Override
  public synchronized void spare(Scaler scaler, Set<String> names) {
    written.add("spare " + names.stream().sorted().toList());
  }
}
