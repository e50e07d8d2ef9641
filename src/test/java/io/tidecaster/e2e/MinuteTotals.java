package io.tidecaster.e2e;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads a total that only grows at the turn of every minute: what the minutes must add up to. */
final class MinuteTotals implements AutoCloseable {
  /** A reading that comes later than this after the turn of a minute stands for nothing. */
  private static final Duration LATEST = Duration.ofMillis(500);

  private static final long LOOK_EVERY_MILLIS = 50;

  /** Something that is counted. */
  @FunctionalInterface
  interface Total {
    double now();
  }

  private final ConcurrentSkipListMap<Instant, Double> totals = new ConcurrentSkipListMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("minute-totals").daemon().factory());

  MinuteTotals(Total total) {
    var _ =
        timer.scheduleAtFixedRate(
            () -> read(total), LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void read(Total total) {
    Instant now = Instant.now();
    Instant turn = now.truncatedTo(ChronoUnit.MINUTES);
    if (now.isBefore(turn.plus(LATEST)) && !totals.containsKey(turn)) {
      totals.put(turn, total.now());
    }
  }

  /** What was counted between two whole minutes. */
  double between(Instant from, Instant to) {
    return at(to) - at(from);
  }

  private double at(Instant turn) {
    Double total = totals.get(turn);
    if (total == null) {
      throw new AssertionError("the total was not read at %s: %s".formatted(turn, totals));
    }
    return total;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
