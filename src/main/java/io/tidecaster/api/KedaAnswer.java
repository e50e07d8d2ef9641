package io.tidecaster.api;

import io.vertx.grpc.common.GrpcStatus;

/** What KEDA is told of a workload. */
sealed interface KedaAnswer {

  /**
   * These replicas.
   *
   * @param active whether there are to be any
   */
  record Replicas(int replicas, boolean active) implements KedaAnswer {
    public Replicas {
      if (replicas < 0) {
        throw new IllegalArgumentException("replicas %d < 0".formatted(replicas));
      }
    }
  }

  /**
   * It is not known how many; KEDA leaves the workload as it is, or does as its fallback says.
   *
   * @param detail for a person: why, and what to do
   */
  record Unknown(GrpcStatus status, String detail) implements KedaAnswer {}
}
