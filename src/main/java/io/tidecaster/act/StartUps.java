package io.tidecaster.act;

import io.tidecaster.decide.LeadTimeEstimate;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The last start-ups of one workload as a distribution. Its 90th percentile is the lead time: nine
 * replicas of ten are there by then. With 12 start-ups that is the 11th shortest, ⌈0.9 × 12⌉ = 11.
 */
final class StartUps {
  /** Start-ups that are remembered, the newest; older ones are of an image that is gone. */
  static final int MOST = 50;

  /** Fewer say nothing yet. */
  static final int LEAST = 3;

  private static final double QUANTILE = 0.9;

  private final Map<String, StartUp> byPod = new LinkedHashMap<>();

  synchronized void add(StartUp startUp) {
    if (byPod.putIfAbsent(startUp.podUid(), startUp) == null && byPod.size() > MOST) {
      byPod.remove(
          Collections.min(byPod.values(), Comparator.comparing(StartUp::readyAt)).podUid());
    }
  }

  /** What was learned; empty while there are too few. */
  synchronized Optional<LearnedLeadTime> learned() {
    List<StartUp> all = List.copyOf(byPod.values());
    if (all.size() < LEAST) {
      return Optional.empty();
    }
    Duration leadTime = quantile(all, StartUp::total, QUANTILE);
    return Optional.of(
        new LearnedLeadTime(
            new LeadTimeEstimate(leadTime, LeadTimeEstimate.Origin.LEARNED),
            all.size(),
            "9 of 10 of the last %d start-ups took at most %d s; the median is %d s for a node, %d s for image and init containers, %d s until ready"
                .formatted(
                    all.size(),
                    leadTime.toSeconds(),
                    median(all, StartUp::scheduling),
                    median(all, StartUp::preparing),
                    median(all, StartUp::warmUp))));
  }

  private static long median(List<StartUp> all, Function<StartUp, Duration> part) {
    return quantile(all, part, 0.5).toSeconds();
  }

  /** The nearest rank: the ⌈q·n⌉-th shortest. */
  private static Duration quantile(
      List<StartUp> all, Function<StartUp, Duration> part, double quantile) {
    List<Duration> sorted = all.stream().map(part).sorted().toList();
    return sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
  }
}
