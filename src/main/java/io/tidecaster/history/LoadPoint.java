package io.tidecaster.history;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What one minute of a workload was, over all its replicas; one record on {@code tidecaster.load}.
 *
 * @param minute the start of the minute, on a whole minute
 * @param load the mean load in the minute (requests a second for a counter); empty where unknown
 * @param cpuCores the mean CPU used in the minute, in cores; empty where unknown
 * @param reporting replicas of whose load the minute has samples, in it or around it
 * @param silent replicas that reported before, did not say goodbye, and are missing
 * @param cpuReporting replicas of whose CPU the minute has samples: where a balancer reports the
 *     load, these are the replicas and {@code reporting} counts balancers
 * @param queueing what a balancer in front saw beside; empty where none is asked, or it is unknown
 * @param largestMemoryBytes the most memory that one replica used in the minute; empty where
 *     unknown
 * @param throttledShare of the periods of the kernel's scheduler in which a replica ran, those in
 *     which its CPU limit held it back; empty where unknown
 * @param beside what the containers beside used, by their names; only of whom something is known
 */
public record LoadPoint(
    Instant minute,
    OptionalDouble load,
    OptionalDouble cpuCores,
    int reporting,
    int silent,
    int cpuReporting,
    Optional<Queueing> queueing,
    OptionalDouble largestMemoryBytes,
    OptionalDouble throttledShare,
    Map<String, ContainerUse> beside) {

  /** A point of replicas of one container. */
  public LoadPoint(
      Instant minute,
      OptionalDouble load,
      OptionalDouble cpuCores,
      int reporting,
      int silent,
      int cpuReporting,
      Optional<Queueing> queueing,
      OptionalDouble largestMemoryBytes,
      OptionalDouble throttledShare) {
    this(
        minute,
        load,
        cpuCores,
        reporting,
        silent,
        cpuReporting,
        queueing,
        largestMemoryBytes,
        throttledShare,
        Map.of());
  }

  /** A point of replicas that report both their load and their CPU. */
  public LoadPoint(
      Instant minute, OptionalDouble load, OptionalDouble cpuCores, int reporting, int silent) {
    this(
        minute,
        load,
        cpuCores,
        reporting,
        silent,
        reportingBoth(cpuCores, reporting),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** How many report their CPU where those that report the load report it too, if anybody does. */
  public static int reportingBoth(OptionalDouble cpuCores, int reporting) {
    return cpuCores.isPresent() ? reporting : 0;
  }

  public LoadPoint {
    beside = Collections.unmodifiableMap(new TreeMap<>(beside));
    if (minute.getEpochSecond() % 60 != 0 || minute.getNano() != 0) {
      throw new IllegalArgumentException("%s is not a whole minute".formatted(minute));
    }
  }

  /**
   * Whether more replicas are silent than report: what the others report is then not the load of
   * the workload.
   */
  public boolean isMostlySilent() {
    return silent > reporting;
  }

  /** Whether more of it was throttled than this share: its use is then less than its need. */
  public boolean isThrottledAbove(double share) {
    return throttledShare.orElse(0) > share;
  }

  /** The same minute as one of the containers beside saw it. */
  public LoadPoint of(String container) {
    ContainerUse use = beside.getOrDefault(container, ContainerUse.UNKNOWN);
    return new LoadPoint(
        minute,
        load,
        use.cpuCores(),
        reporting,
        silent,
        use.cpuReporting(),
        Optional.empty(),
        use.largestMemoryBytes(),
        use.throttledShare());
  }

  /** The end of the minute: the time at which all of it is known. */
  public Instant end() {
    return minute.plusSeconds(60);
  }
}
