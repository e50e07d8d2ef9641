package io.tidecaster.demo;

import io.tidecaster.act.Observation;
import io.tidecaster.act.ReplicaScaler;
import io.tidecaster.act.ScaleResult;
import io.tidecaster.decide.Fleet;
import io.tidecaster.workload.Scaler;

/** Scales the demo's fleet. */
public final class SimulatedReplicas implements ReplicaScaler {
  private final Demo demo;

  public SimulatedReplicas(Demo demo) {
    this.demo = demo;
  }

  @Override
  public Observation observe(Scaler scaler) {
    return new Observation.Seen(demo.observe());
  }

  @Override
  public ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas) {
    return demo.scale(decidedOn, replicas)
        .<ScaleResult>map(fleet -> new ScaleResult.Scaled(fleet.resourceVersion()))
        .orElseGet(() ->
            new ScaleResult.Conflict(
                "the fleet has changed since version %s; the next decision sees it"
                    .formatted(decidedOn.resourceVersion())));
  }
}
