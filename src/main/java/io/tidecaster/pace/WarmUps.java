package io.tidecaster.pace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the last replicas of a workload warmed up. The median is what holds for the next: one start's
 * figure is not exact, so that a high quantile would be that of the error; and both errors cost. A
 * ramp that is too short sends a cold replica more than it bears, one that is too long leaves its
 * siblings with too much, which were short of capacity when it was started.
 *
 * @param starts in the order in which they were ready
 */
public record WarmUps(List<Start> starts) {
  /** Starts that are remembered, the newest; older ones are of an image that is gone. */
  public static final int MOST = 50;

  /** Fewer say nothing yet. */
  public static final int LEAST = 3;

  /** What is stated may be wrong by so much. */
  public static final int FACTOR = 4;

  /** No ramp may be longer, whatever is learned. */
  private static final Duration LONGEST = Duration.ofHours(1);

  public static final WarmUps NONE = new WarmUps(List.of());

  public WarmUps {
    if (starts.size() > MOST) {
      throw new IllegalArgumentException(
          "%d starts > %d; keep the newest".formatted(starts.size(), MOST));
    }
    starts = starts.stream().sorted(Comparator.comparing(Start::readyAt)).toList();
  }

  /** With one more; one that is known already counts once. */
  public WarmUps plus(Start start) {
    List<Start> all = new ArrayList<>(starts);
    all.removeIf(known ->
        known.replica().equals(start.replica()) && known.readyAt().equals(start.readyAt()));
    all.add(start);
    all.sort(Comparator.comparing(Start::readyAt));
    return new WarmUps(all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  /** The shortest warm-up that can be learned where another is stated: a quarter of it. */
  public static Duration shortest(Duration stated) {
    return stated.dividedBy(FACTOR);
  }

  /** The longest warm-up that can be learned where another is stated: four times it. */
  public static Duration longest(Duration stated) {
    Duration longest = stated.multipliedBy(FACTOR);
    return longest.compareTo(LONGEST) < 0 ? longest : LONGEST;
  }

  /** What was learned; empty while there are too few starts, or no warm-up is wanted at all. */
  public Optional<LearnedWarmUp> learned(Duration stated) {
    if (starts.size() < LEAST || stated.isZero()) {
      return Optional.empty();
    }
    List<Start> sorted = starts.stream().sorted(Comparator.comparing(Start::warmUp)).toList();
    Start middle = sorted.get((sorted.size() - 1) / 2);
    double coldSpeed =
        starts.stream().mapToDouble(Start::coldSpeed).sorted().toArray()[(starts.size() - 1) / 2];
    Duration within = clamp(middle.warmUp(), shortest(stated), longest(stated));
    String sentence =
        "half of the last %d starts were warm within %d s, the slowest within %d s; just ready they had %d %% of their speed"
            .formatted(
                starts.size(),
                seconds(middle.warmUp()),
                seconds(sorted.getLast().warmUp()),
                Math.round(coldSpeed * 100));
    return Optional.of(
        new LearnedWarmUp(
            within,
            starts.size(),
            coldSpeed,
            within.equals(middle.warmUp())
                ? sentence
                : sentence
                    + "; %d s is the bound that the stated %d s set"
                        .formatted(seconds(within), seconds(stated))));
  }

  private static Duration clamp(Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0) {
      return least;
    }
    return value.compareTo(most) > 0 ? most : value;
  }

  private static long seconds(Duration duration) {
    return Math.round(duration.toMillis() / 1000.0);
  }
}
