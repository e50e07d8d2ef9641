package io.tidecaster.demo;

import io.tidecaster.sim.CrmLoad;
import io.tidecaster.sim.Load;
import io.tidecaster.sim.TraceLoad;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The load that the demo plays: with weeks before it that were lived already, and an end.
 *
 * @param oldest what came before is not known
 * @param start where the demo begins
 * @param end where the load ends
 */
public record DemoLoad(
    String name, Load load, Known known, Instant oldest, Instant start, Instant end) {
  private static final int HISTORY_DAYS = 28;
  private static final Duration HISTORY = Duration.ofDays(HISTORY_DAYS);
  private static final int DAYS_TO_COME = 14;
  private static final Duration MAILING_HALF_LIFE = Duration.ofMinutes(20);
  private static final Duration TO_SEE = Duration.ofDays(2);
  private static final Duration LOOK_BACK = Duration.ofDays(10);
  private static final Duration BEFORE_THE_RISE = Duration.ofMinutes(45);

  /** Whether somebody measured the load at a time. */
  public interface Known {
    boolean at(Instant time);
  }

  /**
   * A recorded load, scaled to the fleet. It begins shortly before the steepest rise of one of the
   * trace's last busy days, with as much history before as the trace has, and at least two days to
   * see where it is long enough.
   */
  public static DemoLoad of(String name, TraceLoad trace) {
    Instant lastStart = trace.end().minus(TO_SEE);
    Instant firstStart = later(trace.start().plus(HISTORY), lastStart.minus(LOOK_BACK));
    if (firstStart.isAfter(lastStart)) {
      Duration length = Duration.between(trace.start(), trace.end());
      Instant start = trace.start().plus(length.dividedBy(2)).truncatedTo(ChronoUnit.HOURS);
      return new DemoLoad(name, trace, trace::isKnown, trace.start(), start, trace.end());
    }
    Instant busiest = firstStart.truncatedTo(ChronoUnit.DAYS);
    double most = -1;
    for (Instant day = busiest; !day.isAfter(lastStart); day = day.plus(1, ChronoUnit.DAYS)) {
      double load = sum(trace, day, TO_SEE);
      if (load > most) {
        most = load;
        busiest = day;
      }
    }
    return new DemoLoad(
        name,
        trace,
        trace::isKnown,
        trace.start(),
        later(trace.start(), steepestRise(trace, busiest).minus(BEFORE_THE_RISE)),
        trace.end());
  }

  /**
   * A generated load: the last working day of a month in Shanghai, from half an hour before its
   * morning rise, and a fortnight more to come. At ten on each working day a mail goes out to all
   * customers; other campaigns come when nobody expects them.
   *
   * @param busiest what arrives in the busiest hour of an ordinary day, in requests a second
   */
  public static DemoLoad generated(long seed, double busiest) {
    ZoneId zone = ZoneId.of("Asia/Shanghai");
    LocalDate day = LocalDate.of(2026, 3, 31);
    Instant start = day.atTime(5, 30).atZone(zone).toInstant();
    List<CrmLoad.Campaign> mailings =
        day.minus(HISTORY_DAYS, ChronoUnit.DAYS)
            .datesUntil(day.plusDays(DAYS_TO_COME))
            .filter(date -> date.getDayOfWeek().getValue() <= 5)
            .map(date ->
                new CrmLoad.Campaign(
                    date.atTime(10, 0).atZone(zone).toInstant(), 1.2, MAILING_HALF_LIFE))
            .toList();
    Load load = new CrmLoad(CrmLoad.Settings.of(zone, busiest, seed).withCampaigns(mailings));
    return new DemoLoad(
        "generated-" + seed,
        load,
        time -> true,
        start.minus(HISTORY),
        start,
        start.plus(DAYS_TO_COME, ChronoUnit.DAYS));
  }

  /** The same load, begun at another time: where an earlier run ended. */
  public DemoLoad from(Instant other) {
    return new DemoLoad(name, load, known, oldest, other, end);
  }

  /** The mean of the minute that ends at this time; NaN where it is not known. */
  double minuteBefore(Instant end) {
    Instant begin = end.minusSeconds(60);
    if (begin.isBefore(oldest) || !known.at(begin) || !known.at(end)) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += load.at(begin.plusSeconds(15L * i));
    }
    return sum / 4;
  }

  private static Instant steepestRise(Load load, Instant day) {
    Instant steepest = day;
    double most = 0;
    for (int quarter = 0; quarter < 96; quarter++) {
      Instant time = day.plus(15L * quarter, ChronoUnit.MINUTES);
      double rise = load.at(time.plus(30, ChronoUnit.MINUTES)) - load.at(time);
      if (rise > most) {
        most = rise;
        steepest = time;
      }
    }
    return steepest;
  }

  private static double sum(Load load, Instant from, Duration length) {
    double sum = 0;
    for (long minute = 0; minute < length.toMinutes(); minute += 15) {
      sum += load.at(from.plus(minute, ChronoUnit.MINUTES));
    }
    return sum;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
