package io.tidecaster.crd.v1alpha1;

import io.tidecaster.workload.ScalerId;
import java.util.List;
import java.util.Optional;

/**
 * A resource of the cluster as it was last seen, for those who write beside it.
 *
 * @param uid tells it from another of the same name
 * @param generation counts the changes of the spec
 * @param status as it was last written; empty where there is none yet
 * @param isLeaving whether it was deleted, and is there until its finalizers are gone
 */
public record Instance(
    ScalerId id,
    String uid,
    long generation,
    Optional<PredictiveScalerStatus> status,
    boolean isLeaving,
    List<String> finalizers) {

  public Instance {
    finalizers = List.copyOf(finalizers);
  }

  /** Where instances are looked up. */
  @FunctionalInterface
  public interface Lookup {
    /** The instance; empty where the scaler is not one of the cluster's, or is gone. */
    Optional<Instance> instance(ScalerId id);
  }
}
