package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Raises a forecast by the announced size of events whose effect no model has learned, and widens
 * it where nobody stated a size.
 *
 * <p>Before an event's start its steps are taken times its factor. From its start on the load
 * itself shows more of it each minute: what is expected then is the factor times the load just
 * before, and the claim fades. It never lowers a quantile. A kind that the model has learned is
 * left to it: evidence is better than a claim, and counting both would count twice.
 *
 * <p>Of an event of factor 3 that starts in 10 minutes, with 40 forecast all the while: the steps
 * from the tenth on become 120. Ten minutes after its start, with 40 before it, 60 now and 60
 * forecast: 60 + (1 − 10 ÷ 30) · (120 − 60) = 100.
 */
final class AnnouncedEffect {
  /** After its start a claim counts for less each minute, and after this for nothing. */
  private static final Duration FADES_WITHIN = Duration.ofMinutes(30);

  /** The load before an event is the mean of so long. */
  private static final Duration LOAD_BEFORE = Duration.ofMinutes(15);

  /**
   * An event without a stated size that lasts no longer moves what is above the median this many
   * times as far from it; a longer one is a kind of day, and says little of any of its minutes.
   */
  private static final double WIDENED = 2;

  private static final Duration WIDENS_AT_MOST = Duration.ofHours(6);

  private final LoadHistory past;
  private final Instant now;
  private final long stepSeconds;

  private AnnouncedEffect(LoadHistory past, Grid grid) {
    this.past = past;
    this.now = past.timeOf(past.end());
    this.stepSeconds = grid.step().toSeconds();
  }

  /**
   * The forecast of now, raised.
   *
   * @param quantiles {@code [level][step]}, ascending by level; not changed
   * @param learned the kinds that the model has learned
   */
  static double[][] on(
      double[][] quantiles,
      LoadHistory past,
      Grid grid,
      Calendar calendar,
      Predicate<String> learned) {
    AnnouncedEffect effect = new AnnouncedEffect(past, grid);
    Instant end = effect.now.plus(grid.step().multipliedBy(grid.horizon()));
    List<Event> claims =
        calendar.between(effect.now, end).stream()
            .filter(event -> event.isKnownAt(effect.now))
            .filter(event -> event.factor().isPresent() || widens(event))
            .filter(event -> !learned.test(event.kind()))
            .toList();
    if (claims.isEmpty()) {
      return quantiles;
    }
    double[][] raised = new double[quantiles.length][];
    for (int l = 0; l < raised.length; l++) {
      raised[l] = quantiles[l].clone();
    }
    claims.forEach(event -> effect.raise(raised, quantiles, event));
    return raised;
  }

  private static boolean widens(Event event) {
    return event.origin() != Event.Origin.CALENDAR
        && Duration.between(event.start(), event.end()).compareTo(WIDENS_AT_MOST) <= 0;
  }

  private void raise(double[][] raised, double[][] quantiles, Event event) {
    boolean goesOn = !event.start().isAfter(now);
    double share =
        1 - (double) Duration.between(event.start(), now).toSeconds() / FADES_WITHIN.toSeconds();
    double before = goesOn ? loadBefore(event.start()) : 0;
    if (share <= 0 || Double.isNaN(before)) {
      return;
    }
    for (int step = 0; step < quantiles[0].length; step++) {
      Instant stepEnd = now.plusSeconds((step + 1) * stepSeconds);
      if (!stepEnd.isAfter(event.start())
          || !now.plusSeconds(step * stepSeconds).isBefore(event.end())) {
        continue;
      }
      for (int l = 0; l < quantiles.length; l++) {
        double plain = quantiles[l][step];
        double above = plain - quantiles[0][step];
        double claimed = claimed(event, plain, above, goesOn ? before : Double.NaN);
        double weight = goesOn ? share : 1;
        raised[l][step] = Math.max(raised[l][step], plain + weight * Math.max(0, claimed - plain));
      }
    }
  }

  /**
   * What the event alone would have expected.
   *
   * @param before the load before an event that goes on, NaN before its start
   */
  private static double claimed(Event event, double plain, double above, double before) {
    if (event.factor().isEmpty()) {
      return plain + (WIDENED - 1) * above;
    }
    double factor = event.factor().getAsDouble();
    return Double.isNaN(before) ? factor * plain : factor * before + above;
  }

  private double loadBefore(Instant start) {
    int to = past.stepAt(start);
    return past.mean(to - Math.max(1, (int) (LOAD_BEFORE.toSeconds() / stepSeconds)), to);
  }
}
