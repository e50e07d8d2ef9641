package io.tidecaster.sim;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The requests of a CRM platform, made up: office hours of one time zone with a lunch dip, quiet
 * weekends, a busy month end, campaigns, and counts that scatter as real ones do. The same seed
 * gives the same load, at any time that is asked for and in any order. Its statistics lie in the
 * ranges of real traces; docs/crm-load.md says which and how they were measured.
 */
public final class CrmLoad implements Load {

  /** Share of the busiest hour's load at each full hour of a working day, local time. */
  private static final double[] WORKDAY = {
    0.05, 0.04, 0.035, 0.035, 0.04, 0.06, 0.13, 0.34, 0.70, 0.93, 1.00, 0.95, //
    0.74, 0.83, 0.97, 0.98, 0.88, 0.68, 0.42, 0.28, 0.22, 0.17, 0.11, 0.07
  };

  private static final double[] WEEKEND = {
    0.05, 0.04, 0.035, 0.035, 0.035, 0.04, 0.06, 0.09, 0.14, 0.19, 0.23, 0.24, //
    0.22, 0.20, 0.20, 0.21, 0.21, 0.20, 0.19, 0.19, 0.18, 0.15, 0.10, 0.07
  };

  /** Slow, middle and fast swings of the demand: between knots of so many minutes, this large. */
  private static final int[] SWING_MINUTES = {360, 45, 7};

  private static final double[] SWING_SIZE = {0.05, 0.04, 0.04};

  private final Settings settings;

  /**
   * What is made up.
   *
   * @param zone whose office hours these are
   * @param busiestRequestsPerSecond of the busiest hour of an ordinary working day
   * @param dispersion variance ÷ mean of the requests a minute around their rate; 1 for Poisson
   * @param monthEndFactor on the last two working days of a month
   * @param surprisesPerWeek campaigns that nobody announced, on average
   */
  public record Settings(
      ZoneId zone,
      double busiestRequestsPerSecond,
      double dispersion,
      double monthEndFactor,
      double surprisesPerWeek,
      List<Campaign> campaigns,
      long seed) {

    public Settings {
      campaigns = List.copyOf(campaigns);
      if (!(busiestRequestsPerSecond > 0)) {
        throw new IllegalArgumentException(
            "busiestRequestsPerSecond %s must be above 0".formatted(busiestRequestsPerSecond));
      }
      if (!(dispersion >= 1)) {
        throw new IllegalArgumentException(
            "dispersion %s must be at least 1, that of a Poisson process".formatted(dispersion));
      }
      if (!(monthEndFactor >= 1) || !(surprisesPerWeek >= 0 && surprisesPerWeek <= 5)) {
        throw new IllegalArgumentException(
            "monthEndFactor %s must be at least 1, surprisesPerWeek %s within 0 and 5"
                .formatted(monthEndFactor, surprisesPerWeek));
      }
    }

    /** An ordinary CRM of this size. */
    public static Settings of(ZoneId zone, double busiestRequestsPerSecond, long seed) {
      return new Settings(zone, busiestRequestsPerSecond, 3, 1.25, 0.7, List.of(), seed);
    }

    /** The same with these campaigns. */
    public Settings withCampaigns(List<Campaign> announced) {
      return new Settings(
          zone,
          busiestRequestsPerSecond,
          dispersion,
          monthEndFactor,
          surprisesPerWeek,
          announced,
          seed);
    }
  }

  /**
   * A mailing, an invoice run, a spot on television: the load jumps within minutes and decays.
   *
   * @param extra load on top at its height, as a share of the busiest hour's
   * @param halfLife in which the load on top halves
   */
  public record Campaign(Instant start, double extra, Duration halfLife) {
    private static final double RISE_MINUTES = 4;

    public Campaign {
      if (!(extra > 0) || !halfLife.isPositive()) {
        throw new IllegalArgumentException(
            "campaign of extra %s and half-life %s: both must be above 0"
                .formatted(extra, halfLife));
      }
    }

    double extraAt(Instant time) {
      double minutes = Duration.between(start, time).toMillis() / 60_000.0;
      double halfLives = minutes / (halfLife.toMillis() / 60_000.0);
      return minutes < 0 || halfLives > 12
          ? 0
          : extra * Math.min(1, minutes / RISE_MINUTES) * Math.pow(0.5, halfLives);
    }
  }

  public CrmLoad(Settings settings) {
    this.settings = settings;
  }

  /** The requests that arrive in the minute of this time, a second. */
  @Override
  public double at(Instant time) {
    long minute = Math.floorDiv(time.getEpochSecond(), 60L);
    double mean = rate(Instant.ofEpochSecond(minute * 60 + 30)) * 60;
    SplittableRandom random = random(3, minute);
    return overdispersed(mean, settings.dispersion(), random) / 60;
  }

  /** The rate around which the counts scatter, in requests a second. */
  public double rate(Instant time) {
    ZonedDateTime local = time.atZone(settings.zone());
    double share = ofDay(local) * monthEnd(local.toLocalDate());
    for (Campaign campaign : settings.campaigns()) {
      share += campaign.extraAt(time);
    }
    share += surpriseAt(time, local.toLocalDate());
    return settings.busiestRequestsPerSecond() * share * swing(time);
  }

  private static double ofDay(ZonedDateTime local) {
    double[] today = isWorkday(local.toLocalDate()) ? WORKDAY : WEEKEND;
    int hour = local.getHour();
    double[] next =
        hour < 23 ? today : isWorkday(local.toLocalDate().plusDays(1)) ? WORKDAY : WEEKEND;
    double share = (local.getMinute() * 60 + local.getSecond()) / 3600.0;
    double smooth = (1 - Math.cos(Math.PI * share)) / 2;
    return today[hour] + smooth * (next[(hour + 1) % 24] - today[hour]);
  }

  private double monthEnd(LocalDate date) {
    LocalDate last = date.with(TemporalAdjusters.lastDayOfMonth());
    int workdaysLeft = 0;
    for (LocalDate day = date; !day.isAfter(last) && workdaysLeft < 3; day = day.plusDays(1)) {
      workdaysLeft += isWorkday(day) ? 1 : 0;
    }
    return isWorkday(date) && workdaysLeft <= 2 ? settings.monthEndFactor() : 1;
  }

  private double surpriseAt(Instant time, LocalDate today) {
    double extra = 0;
    for (LocalDate day = today.minusDays(1); !day.isAfter(today); day = day.plusDays(1)) {
      SplittableRandom random = random(1, day.toEpochDay());
      if (random.nextDouble() < settings.surprisesPerWeek() / 7) {
        LocalTime at = LocalTime.of(9, 0).plusMinutes(random.nextInt(10 * 60));
        Campaign surprise =
            new Campaign(
                day.atTime(at).atZone(settings.zone()).toInstant(),
                random.nextDouble(0.2, 0.7),
                Duration.ofMinutes(10 + random.nextInt(50)));
        extra += surprise.extraAt(time);
      }
    }
    return extra;
  }

  /** A factor around 1 that wanders: linear between independent normal knots on three scales. */
  private double swing(Instant time) {
    double exponent = 0;
    for (int scale = 0; scale < SWING_MINUTES.length; scale++) {
      double position = time.getEpochSecond() / (60.0 * SWING_MINUTES[scale]);
      long knot = (long) Math.floor(position);
      double share = position - knot;
      double before = random(10 + scale, knot).nextGaussian();
      double after = random(10 + scale, knot + 1).nextGaussian();
      exponent += SWING_SIZE[scale] * (before + share * (after - before));
    }
    return Math.exp(exponent);
  }

  private static boolean isWorkday(LocalDate date) {
    return date.getDayOfWeek() != DayOfWeek.SATURDAY && date.getDayOfWeek() != DayOfWeek.SUNDAY;
  }

  /**
   * A generator of its own for each purpose and index: order and gaps of the calls do not matter.
   */
  private SplittableRandom random(int purpose, long index) {
    return new SplittableRandom(
        (settings.seed() * 31 + purpose) * 0x9E3779B97F4A7C15L ^ index * 0xBF58476D1CE4E5B9L);
  }

  /**
   * A count of this mean whose variance is mean × dispersion: Poisson with a gamma rate, which is
   * negative binomial.
   */
  private static double overdispersed(double mean, double dispersion, SplittableRandom random) {
    if (mean <= 0) {
      return 0;
    }
    double rate = mean;
    if (dispersion > 1) {
      double scale = dispersion - 1;
      rate = gamma(mean / scale, random) * scale;
    }
    return poisson(rate, random);
  }

  /** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
  private static double gamma(double shape, SplittableRandom random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }

  /** By multiplication (Knuth) where small, by the normal approximation from 64 on. */
  private static double poisson(double mean, SplittableRandom random) {
    if (mean >= 64) {
      return Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    int count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }
}
