package io.tidecaster.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A made-up fleet of replicas with counters and the samples that a scraper takes of it, from a
 * seed. All that can happen to samples can be asked for; by default nothing does.
 */
final class Fleet {
  static final double MAX_RATE = 40;
  private static final double STALE = Double.longBitsToDouble(Sample.STALE_MARKER);

  final Instant start;
  private final Random random;
  private final int intervalMillis;
  private final int minutes;
  private final List<Sample> samples = new ArrayList<>();

  Fleet(long seed, int intervalSeconds, int minutes) {
    this.random = new Random(seed);
    this.intervalMillis = intervalSeconds * 1000;
    this.minutes = minutes;
    this.start = Instant.parse("2026-03-02T08:00:00Z").plusSeconds(60L * random.nextInt(10_000));
  }

  /** Replicas that live throughout, their counters at some value when we first see them. */
  Fleet withSteadyReplicas(int count) {
    for (int i = 0; i < count; i++) {
      live("steady-" + i, 0, minutes * 60_000L, 1e6 * random.nextDouble(), 0, 0);
    }
    return this;
  }

  /** Replicas that come and go, restart, miss scrapes, and say goodbye or not. */
  Fleet withRestlessReplicas(int count) {
    for (int i = 0; i < count; i++) {
      long from = random.nextInt(minutes * 60_000);
      long to = from + random.nextInt(minutes * 60_000);
      live("restless-" + i, from, Math.min(to, minutes * 60_000L), 0, 0.1, 0.1);
    }
    return this;
  }

  /** Takes away what was scraped from one minute to another. */
  Fleet withOutage(int fromMinute, int toMinute) {
    samples.removeIf(sample -> {
      long time = sample.timestampMillis() - start.toEpochMilli();
      return time >= fromMinute * 60_000L && time < toMinute * 60_000L;
    });
    return this;
  }

  private void live(String pod, long from, long to, double value, double restarts, double missed) {
    String[] uris = {"/orders", "/users"};
    double[] counters = {value, value / 2};
    long phase = random.nextInt(intervalMillis);
    long time = from + phase;
    while (time < to) {
      boolean restart = random.nextDouble() < restarts;
      boolean miss = random.nextDouble() < missed;
      long step = (long) intervalMillis + random.nextInt(intervalMillis / 50 + 1);
      for (int i = 0; i < uris.length; i++) {
        double increase = MAX_RATE * random.nextDouble() * step / 1000;
        counters[i] = restart ? increase * random.nextDouble() : counters[i] + increase;
        if (!miss) {
          add(pod, uris[i], time + step, counters[i]);
        }
      }
      time += step;
    }
    if (random.nextBoolean() && restarts > 0) {
      for (String uri : uris) {
        add(pod, uri, time + intervalMillis, STALE);
      }
    }
  }

  private void add(String pod, String uri, long time, double value) {
    String series = SeriesIdentity.canonical(Map.of("pod", pod, "uri", uri));
    samples.add(new Sample(Signal.LOAD, series, start.toEpochMilli() + time, value));
  }

  List<Sample> inOrder() {
    return samples.stream()
        .sorted(Comparator.comparingLong(Sample::timestampMillis).thenComparing(Sample::series))
        .toList();
  }

  /** Each sample up to this late, so in another order. */
  List<Sample> shuffledWithin(long latenessMillis, Random order) {
    record Arrival(Sample sample, double at) {}
    return samples.stream()
        .map(sample ->
            new Arrival(sample, sample.timestampMillis() + order.nextDouble() * latenessMillis))
        .sorted(Comparator.comparingDouble(Arrival::at))
        .map(Arrival::sample)
        .toList();
  }
}
