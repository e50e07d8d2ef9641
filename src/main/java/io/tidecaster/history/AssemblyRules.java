package io.tidecaster.history;

import java.time.Duration;

/**
 * How samples become minutes: what is waited for, what is bridged, and the bounds.
 *
 * @param allowedLateness how far behind the newest sample a sample may arrive and still count for
 *     its minute
 * @param maxScrapeInterval the longest scrape interval that is waited for: a minute stays open
 *     until each live series was sampled after its end, or is overdue by its own interval, at most
 *     by 1.25 × this
 * @param bridge samples of a series up to this far apart are joined, and after its last sample a
 *     series is carried on with its last rate up to this long; one missed scrape of 60 s, and some
 *     jitter
 * @param maxSilence where nothing arrives at all, a minute closes this long after it would have
 * @param forgetAfter how long a series is remembered after its last sample: so long it counts as
 *     silent, if it did not end by a stale marker, and so far back lies what a restart needs
 * @param leastCovered a minute of which the samples cover less is unknown; of one that they cover
 *     in part the covered part stands for the whole
 * @param maxAhead samples further than this ahead of the clock are refused
 * @param maxSeries series of one signal; samples of further ones are refused
 * @param maxSamplesPerSeries samples of one series in open minutes; further ones are refused
 * @param maxPointsPerClose points that one close returns at most; more wait for the next
 */
public record AssemblyRules(
    Duration allowedLateness,
    Duration maxScrapeInterval,
    Duration bridge,
    Duration maxSilence,
    Duration forgetAfter,
    Duration leastCovered,
    Duration maxAhead,
    int maxSeries,
    int maxSamplesPerSeries,
    int maxPointsPerClose) {

  private static final Duration LONGEST = Duration.ofDays(1);

  /** For scrapes every 5 s to 60 s. */
  public static final AssemblyRules DEFAULT =
      new AssemblyRules(
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(150),
          Duration.ofMinutes(2),
          Duration.ofMinutes(15),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          5_000,
          1_024,
          1_440);

  public AssemblyRules {
    requireWithin("allowedLateness", allowedLateness, Duration.ZERO, Duration.ofMinutes(10));
    requireWithin(
        "maxScrapeInterval", maxScrapeInterval, Duration.ofSeconds(1), Duration.ofMinutes(10));
    requireWithin("bridge", bridge, maxScrapeInterval, LONGEST);
    requireWithin("maxSilence", maxSilence, Duration.ZERO, LONGEST);
    requireWithin("forgetAfter", forgetAfter, bridge, LONGEST);
    requireWithin("leastCovered", leastCovered, Duration.ofMillis(1), Duration.ofMinutes(1));
    requireWithin("maxAhead", maxAhead, Duration.ZERO, LONGEST);
    requireAtLeast("maxSeries", maxSeries, 1);
    requireAtLeast("maxSamplesPerSeries", maxSamplesPerSeries, 16);
    requireAtLeast("maxPointsPerClose", maxPointsPerClose, 1);
  }

  private static void requireWithin(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s %s must lie between %s and %s".formatted(name, value, least, most));
    }
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException("%s %d < %d".formatted(name, value, least));
    }
  }
}
