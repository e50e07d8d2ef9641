package io.tidecaster.size;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that a decision on a rollout is made from, beside the size that is wanted.
 *
 * @param alone whether nothing is done in place: what is wanted is then for the peak of a day
 * @param standing how pods and template stand
 * @param peaks what was needed, this minute among it
 * @param offSince from when on the pods have been off; empty where they were not
 */
public record RolloutInputs(
    RolloutRule rule,
    boolean alone,
    Standing standing,
    DayPeaks peaks,
    Optional<Instant> offSince) {

  /**
   * How the pods and the template of a workload stand.
   *
   * @param podMillis the CPU of the pod that was given least
   * @param podBytes the memory of the pod that was given least; empty where none requests any
   * @param template what its container requests
   * @param most what it can be given while its limits stay; empty where they go with the requests
   * @param busy the rollout that is on its way, in words; empty where none is
   * @param writtenAt when it was last given a size of ours
   * @param undone who set another size since; empty where nobody did
   */
  public record Standing(
      long podMillis,
      OptionalLong podBytes,
      WantedSize template,
      Optional<WantedSize> most,
      Optional<String> busy,
      Optional<Instant> writtenAt,
      Optional<Undone> undone) {

    /** A size as far as limits that stay allow. */
    public WantedSize possible(WantedSize wanted) {
      return most.map(limits ->
              new WantedSize(
                  Math.min(wanted.cpuMillis(), limits.cpuMillis()),
                  wanted.memoryBytes().isPresent() && limits.memoryBytes().isPresent()
                      ? OptionalLong.of(
                          Math.min(
                              wanted.memoryBytes().getAsLong(), limits.memoryBytes().getAsLong()))
                      : wanted.memoryBytes()))
          .orElse(wanted);
    }

    WantedSize pods() {
      return new WantedSize(podMillis, podBytes);
    }
  }

  /**
   * Somebody's own size in place of ours.
   *
   * @param manager their field manager
   */
  public record Undone(String manager, Instant at) {}
}
