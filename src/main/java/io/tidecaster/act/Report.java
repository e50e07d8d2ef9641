package io.tidecaster.act;

import io.tidecaster.balance.Standing;
import io.tidecaster.crd.v1alpha1.Reading;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outlook;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.util.Optional;

/** What has become of a scaler this time, for those who watch it in the cluster. */
public sealed interface Report {

  ScalerId id();

  /**
   * It was decided.
   *
   * @param result what became of the scaling; empty where none was tried
   * @param pods what was seen of the workload's pods
   * @param outlook what is forecast, and how well
   * @param sized what has become of their size; empty where it is left alone
   * @param balancers how its balancers stand; empty where none is steered
   */
  record Decided(
      Scaler scaler,
      Decision decision,
      Optional<ScaleResult> result,
      Observation.Pods pods,
      Outlook outlook,
      Optional<Sized> sized,
      Optional<Standing> balancers)
      implements Report {

    /** Of a workload whose replicas are left as large as they are. */
    public Decided(
        Scaler scaler,
        Decision decision,
        Optional<ScaleResult> result,
        Observation.Pods pods,
        Outlook outlook) {
      this(scaler, decision, result, pods, outlook, Optional.empty(), Optional.empty());
    }

    /** Of a workload whose pods were not looked at, and without an outlook. */
    public Decided(Scaler scaler, Decision decision, Optional<ScaleResult> result) {
      this(scaler, decision, result, Observation.Pods.UNKNOWN, Outlook.UNKNOWN);
    }

    @Override
    public ScalerId id() {
      return scaler.id();
    }
  }

  /** The workload could not be read, so that its replicas stay as they are. */
  record TargetUnseen(Scaler scaler, Decision decision, Observation.Unseen why) implements Report {
    @Override
    public ScalerId id() {
      return scaler.id();
    }
  }

  /** The resource cannot be followed. */
  record SpecRejected(ScalerId id, Reading.Rejected reading) implements Report {}
}
