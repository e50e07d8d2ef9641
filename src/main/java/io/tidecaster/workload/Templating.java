package io.tidecaster.workload;

import java.time.Duration;

/**
 * What of a size goes into the template of the workload.
 *
 * @param deviation what the pods, or the template, have may be off by this share
 * @param lasting pods must have been off for so long before a rollout
 * @param leastInterval from one rollout to the next
 */
public record Templating(Way way, double deviation, Duration lasting, Duration leastInterval) {
  public static final double DEFAULT_DEVIATION = 0.2;
  public static final Duration DEFAULT_LASTING = Duration.ofMinutes(30);
  public static final Duration DEFAULT_LEAST_INTERVAL = Duration.ofHours(6);

  private static final Duration SHORTEST_INTERVAL = Duration.ofMinutes(10);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(30);

  /** When the template is written. */
  public enum Way {
    /** With the pods that are sized in place, where a change of it replaces none. */
    IN_STEP("InStep"),
    /** In place of the pods: the workload's own rollout carries it. */
    ROLLOUT("Rollout"),
    /** Where the pods cannot be sized in place. */
    IN_PLACE_OR_ROLLOUT("InPlaceOrRollout");

    private final String label;

    Way(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /** Whether a rollout may carry a size. */
    public boolean rollsOut() {
      return this != IN_STEP;
    }
  }

  public Templating {
    if (!(deviation >= 0.05 && deviation <= 1)) {
      throw new IllegalArgumentException(
          "rollout.deviation %s must lie between 5%% and 100%%".formatted(deviation));
    }
    if (lasting.isNegative() || lasting.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "rollout.lasting %s must lie between 0s and 24h".formatted(lasting));
    }
    if (leastInterval.compareTo(SHORTEST_INTERVAL) < 0
        || leastInterval.compareTo(LONGEST_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "rollout.leastInterval %s must lie between 10m and 720h".formatted(leastInterval));
    }
  }
}
