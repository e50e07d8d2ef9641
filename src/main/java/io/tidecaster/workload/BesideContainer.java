package io.tidecaster.workload;

import java.util.Optional;

/**
 * How a container is sized that stands beside the one that bears the load: a proxy, a log shipper,
 * a cache.
 *
 * @param leastMillis the smallest CPU request, in thousandths of a core
 * @param mostMillis the largest
 * @param values what of its resources is changed
 * @param targetUse the share of its request that it may use, 0.8 for 80 %
 * @param cpu CPU that it uses, of all replicas
 * @param memory empty where its memory is left as it is
 * @param throttling how its CPU limit shows that it holds it back; empty where nobody asks
 */
public record BesideContainer(
    String name,
    long leastMillis,
    long mostMillis,
    Vertical.Values values,
    double targetUse,
    Source cpu,
    Optional<MemorySizing> memory,
    Optional<ThrottlingSigns> throttling) {

  /** Where what it uses is known from. */
  public record Sources(
      Source cpu, Optional<Source> memory, Optional<ThrottlingSigns> throttling) {}

  public Sources sources() {
    return new Sources(cpu, memory.map(MemorySizing::usage), throttling);
  }
}
