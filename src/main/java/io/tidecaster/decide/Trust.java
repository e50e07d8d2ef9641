package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.workload.Promotion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a scaler has come from advising to enforcing, by what its decisions cost and what an
 * HPA's would have cost on the same load. What either regrets is what it cost beyond the least that
 * would have done; the least is the same for both, so that the lesser cost is the lesser regret.
 *
 * <p>A day is 24 hours from the first minute that is counted, and counts with at least {@link
 * #LEAST_MINUTES} of them known. It is won where ours cost no more. So many won in a row, and
 * forecasts that are trusted, prove a scaler; a day that is lost begins the count again. One that
 * is trusted goes back after an hour without trusted forecasts, or after a day that cost more than
 * {@link #BEARABLE} of the HPA's.
 *
 * @param since when it came to stand where it stands
 * @param at the last minute that was counted
 * @param daysWon in a row
 * @param day what is counted of this day
 * @param lastDay the last day that counted
 * @param minutesUntrusted minutes in a row without a forecast that is trusted
 */
public record Trust(
    Standing standing,
    Instant since,
    Instant at,
    int daysWon,
    Comparison day,
    Optional<Comparison> lastDay,
    int minutesUntrusted) {

  /** Of 1,440: four fifths. */
  static final int LEAST_MINUTES = 1_152;

  /** A single day may cost a tenth more than the HPA's before that ends a trust. */
  static final double BEARABLE = 1.1;

  static final int DRIFT_MINUTES = 60;

  /** Sums of minutes may differ by rounding. */
  private static final double SAME = 1 + 1e-9;

  /** What was known longer ago than this says nothing of today. */
  private static final Duration LONGEST_SILENCE = Duration.ofDays(1);

  private static final Duration DAY = Duration.ofDays(1);

  /** Where it stands, and why. */
  public enum Standing {
    /** It advises, until enough days are won. */
    PROVING("Proving", false),
    /** It enforces. */
    PROVEN("Proven", true),
    /** It advises again: the forecasts are not trusted any more. */
    ACCURACY_DRIFTED("AccuracyDrifted", false),
    /** It advises again: it cost more than an HPA would have. */
    DEARER_THAN_HPA("DearerThanHpa", false);

    private final String label;
    private final boolean enforces;

    Standing(String label, boolean enforces) {
      this.label = label;
      this.enforces = enforces;
    }

    /** The one word for it: Event reason, condition reason, over REST. */
    public String label() {
      return label;
    }

    public boolean enforces() {
      return enforces;
    }
  }

  /**
   * One minute of both.
   *
   * @param ours replicas asked for and ready as our decisions have it, likewise {@code hpa}
   */
  public record Evidence(
      double load, Capacity capacity, Decision.Shadow ours, Decision.Shadow hpa) {}

  /** Nothing is known yet. */
  public static Trust begun(Instant now) {
    return new Trust(Standing.PROVING, now, now, 0, Comparison.from(now), Optional.empty(), 0);
  }

  /** Whether it still says something at this time. */
  public boolean isOf(Instant now) {
    return !now.isAfter(at.plus(LONGEST_SILENCE));
  }

  /**
   * The trust after one more minute.
   *
   * @param evidence empty where too little was known to compare
   * @param forecast what the decision went by
   */
  public Trust after(
      Instant now,
      Optional<Evidence> evidence,
      ForecastOutcome forecast,
      double serviceLevel,
      Promotion promotion) {
    Comparison counted =
        evidence
            .map(minute ->
                day.plusMinute(minute.load(), minute.capacity(), minute.ours(), minute.hpa()))
            .orElse(day);
    Trust next = new Trust(standing, since, now, daysWon, counted, lastDay, untrusted(forecast));
    return next.withDayClosed(serviceLevel).turned(forecast, serviceLevel, promotion);
  }

  /** What is unknown for another reason says nothing of the forecasts. */
  private int untrusted(ForecastOutcome forecast) {
    return switch (forecast) {
      case Forecast _ -> 0;
      case NotReady notReady ->
          notReady.reason() == NotReady.Reason.NOT_TRUSTED
              ? Math.min(DRIFT_MINUTES, minutesUntrusted + 1)
              : minutesUntrusted;
    };
  }

  /** The same with this day begun anew: what it was counted on has changed. */
  public Trust withDayBegunAnew() {
    return new Trust(standing, since, at, daysWon, Comparison.from(at), lastDay, minutesUntrusted);
  }

  private Trust withDayClosed(double serviceLevel) {
    if (at.isBefore(day.since().plus(DAY))) {
      return this;
    }
    boolean counts = day.minutes() >= LEAST_MINUTES;
    int won = !counts ? daysWon : ratio(day, serviceLevel) <= SAME ? daysWon + 1 : 0;
    return new Trust(
        standing,
        since,
        at,
        won,
        Comparison.from(at),
        counts ? Optional.of(day) : lastDay,
        minutesUntrusted);
  }

  private Trust turned(ForecastOutcome forecast, double serviceLevel, Promotion promotion) {
    if (standing.enforces()) {
      if (minutesUntrusted >= DRIFT_MINUTES) {
        return standingAt(Standing.ACCURACY_DRIFTED);
      }
      boolean dayJustClosed = day.since().equals(at) && daysWon == 0;
      return dayJustClosed
              && lastDay.filter(closed -> ratio(closed, serviceLevel) > BEARABLE * SAME).isPresent()
          ? standingAt(Standing.DEARER_THAN_HPA)
          : this;
    }
    return daysWon >= promotion.afterDays() && forecast instanceof Forecast
        ? standingAt(Standing.PROVEN)
        : this;
  }

  private Trust standingAt(Standing other) {
    return new Trust(
        other,
        at,
        at,
        other.enforces() ? daysWon : 0,
        other.enforces() ? day : Comparison.from(at),
        lastDay,
        minutesUntrusted);
  }

  /** What ours cost, by what the HPA's did. */
  private static double ratio(Comparison day, double serviceLevel) {
    double hpa = day.hpa().cost(day.minutes(), serviceLevel);
    return hpa > 0 ? day.ours().cost(day.minutes(), serviceLevel) / hpa : 1;
  }

  /** Where it stands, and why, for a person. */
  public String sentence(Promotion promotion) {
    String counted =
        lastDay
            .map(last ->
                "; the last day took %s replica-hours with %d minutes in violation, an HPA's %s with %d"
                    .formatted(
                        Figures.of(last.ours().replicaHours()),
                        last.ours().violationMinutes(),
                        Figures.of(last.hpa().replicaHours()),
                        last.hpa().violationMinutes()))
            .orElse("");
    return switch (standing) {
          case PROVING -> proving("enforces", promotion);
          case PROVEN ->
              "its decisions were no worse than an HPA on %d days in a row".formatted(daysWon);
          case ACCURACY_DRIFTED ->
              "the forecasts were not trusted for an hour, so it advises again; "
                  + proving("enforces again", promotion);
          case DEARER_THAN_HPA ->
              "a day of it cost over a tenth more than an HPA, so it advises again; "
                  + proving("enforces again", promotion);
        }
        + counted;
  }

  private String proving(String what, Promotion promotion) {
    return "it %s once %d days in a row are won, %d so far; a day is won when its advice costs no more than an HPA"
        .formatted(what, promotion.afterDays(), daysWon);
  }
}
