package io.tidecaster.pace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Watches one new replica beside its grown siblings, look by look, until it must be warm.
 *
 * <p>Its speed is their mean response time ÷ its own over the same stretch of time, so that what
 * slows down all alike falls out, and a replica on a slower machine is measured by what it comes to
 * itself. A line is laid through it, {@code p · (1 − d · max(0, 1 − age ÷ W))} by least squares:
 * the ramp of the weights is such a line too. Under a ramp that is too short a cold replica is used
 * more than its siblings and seems slower than it is, under one that is too long faster; so what is
 * learned draws the ramp towards the one under which all are used alike.
 *
 * <p>Example: 300 ms at the age of 0 and 100 ms from 40 s on beside siblings at 100 ms are W = 40 s
 * and a cold speed of a third.
 */
public final class Watch {
  /** Points that are kept of one watch; between two at least this part of it passes. */
  private static final int MOST_POINTS = 150;

  /** A stretch of time needs so many answers, of the replica and of its siblings, */
  private static final int LEAST_ANSWERS = 25;

  /** and so much time that they took: HAProxy's milliseconds are whole, see {@link Timed}. */
  private static final double LEAST_BUSY_MILLIS = 1_500;

  /** A stretch counts by its answers; more than so many make it hardly more exact. */
  private static final double MOST_WEIGHT = 200;

  private static final int LEAST_STRETCHES = 6;

  /** A replica that is slower by less when it is ready is as good as warm. */
  private static final double HARDLY = 0.1;

  /** One that might be slower by so much may not be called warm. */
  private static final double PERHAPS = 0.3;

  /** Standard errors. */
  private static final double SURELY = 3;

  private static final int GRID = 160;

  /** Of a line: where it ends, its plateau, its gap. */
  private static final int PARAMETERS = 3;

  private final String replica;
  private final Instant readyAt;
  private final Duration shortest;
  private final Duration longest;
  private final List<Point> points = new ArrayList<>();
  private Work own = Work.NONE;
  private Work others = Work.NONE;

  /**
   * Answers, and what they took together.
   *
   * @param millis not exact, see {@link Timed#busyMillisSince}
   */
  public record Work(long answers, double millis) {
    public static final Work NONE = new Work(0, 0);

    public Work plus(Work more) {
      return new Work(answers + more.answers, millis + more.millis);
    }

    private Work minus(Work less) {
      return new Work(answers - less.answers, millis - less.millis);
    }

    private double mean() {
      return millis / (double) answers;
    }

    private boolean isEnough() {
      return answers >= LEAST_ANSWERS && millis >= LEAST_BUSY_MILLIS;
    }
  }

  /** All work up to an age. */
  private record Point(double ageSeconds, Work own, Work others) {}

  /** The speed between two ages. */
  private record Stretch(double from, double to, double speed, double weight) {}

  /**
   * A line through the stretches.
   *
   * @param gap from the speed when ready to the plateau
   * @param gapError its standard error
   * @param error how far the stretches are from the line
   */
  private record Line(
      double warmUpSeconds, double plateau, double gap, double gapError, double error) {
    private boolean rises() {
      return gap >= 0 && plateau > 0;
    }

    private boolean isCertain() {
      return gap > SURELY * gapError;
    }

    private double slower() {
      return gap / plateau;
    }

    private double slowerAtMost() {
      return (gap + SURELY * gapError) / plateau;
    }
  }

  /**
   * @param stated what is expected; a warm-up from a quarter to four times of it is found
   */
  public Watch(String replica, Instant readyAt, Duration stated) {
    this.replica = replica;
    this.readyAt = readyAt;
    this.shortest = WarmUps.shortest(stated);
    this.longest = WarmUps.longest(stated);
  }

  /** Whether a replica that is first seen at this age can still be watched. */
  public static boolean isInTime(Duration age, Duration stated) {
    return !age.isNegative() && age.compareTo(WarmUps.shortest(stated)) <= 0;
  }

  public Instant readyAt() {
    return readyAt;
  }

  /** How long it is watched: the longest warm-up, and then as long as is stated. */
  private Duration span() {
    return longest.plus(shortest.multipliedBy(WarmUps.FACTOR));
  }

  public boolean isOver(Instant now) {
    return !now.isBefore(readyAt.plus(span()));
  }

  /**
   * Takes in what was done since the look before.
   *
   * @param mine by the replica
   * @param theirs by its grown siblings
   */
  public void add(Instant now, Work mine, Work theirs) {
    own = own.plus(mine);
    others = others.plus(theirs);
    double age = seconds(Duration.between(readyAt, now));
    double apart = seconds(span()) / MOST_POINTS;
    if (points.isEmpty() || age - points.getLast().ageSeconds() >= apart) {
      points.add(new Point(age, own, others));
    }
  }

  /** What was found; empty where too little was asked of it, or of its siblings, to tell. */
  public Optional<Start> found() {
    List<Stretch> stretches = stretches();
    if (stretches.size() < LEAST_STRETCHES) {
      return Optional.empty();
    }
    return best(stretches)
        .filter(line -> line.isCertain() && line.slower() >= HARDLY)
        .map(line -> asStart(line, stretches))
        .orElseGet(() -> warmAtOnce(stretches));
  }

  private Optional<Line> best(List<Stretch> stretches) {
    double step = seconds(longest) / GRID;
    return IntStream.rangeClosed(1, GRID)
        .mapToObj(i -> line(stretches, i * step))
        .filter(Line::rises)
        .min(Comparator.comparingDouble(Line::error));
  }

  /** A warm-up is seen only where there are two stretches in it; one that short is none. */
  private Optional<Start> asStart(Line line, List<Stretch> stretches) {
    return stretches.get(1).to() <= Math.max(line.warmUpSeconds(), seconds(shortest))
        ? Optional.of(
            new Start(
                replica,
                readyAt,
                Duration.ofMillis(Math.round(line.warmUpSeconds() * 1000)),
                Math.max(0, 1 - line.slower())))
        : Optional.empty();
  }

  /** One that cannot be much slower just ready; empty where that is not sure. */
  private Optional<Start> warmAtOnce(List<Stretch> stretches) {
    Line line = line(stretches, seconds(shortest) * WarmUps.FACTOR);
    return line.plateau() > 0 && line.slowerAtMost() < PERHAPS
        ? Optional.of(new Start(replica, readyAt, Duration.ZERO, 1))
        : Optional.empty();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private List<Stretch> stretches() {
    List<Stretch> stretches = new ArrayList<>();
    for (int from = 0, to = 1; to < points.size(); to++) {
      Point start = points.get(from);
      Point end = points.get(to);
      Work mine = end.own().minus(start.own());
      Work theirs = end.others().minus(start.others());
      if (mine.isEnough() && theirs.isEnough()) {
        stretches.add(
            new Stretch(
                start.ageSeconds(),
                end.ageSeconds(),
                theirs.mean() / mine.mean(),
                Math.min(MOST_WEIGHT, (double) mine.answers())));
        from = to;
      }
    }
    return stretches;
  }

  /** Least squares for {@code speed = p − g · u}, u being how cold it is by the line, 1 to 0. */
  private static Line line(List<Stretch> stretches, double warmUpSeconds) {
    double weights = 0;
    double meanCold = 0;
    double meanSpeed = 0;
    for (Stretch stretch : stretches) {
      weights += stretch.weight();
      meanCold += stretch.weight() * cold(stretch, warmUpSeconds);
      meanSpeed += stretch.weight() * stretch.speed();
    }
    meanCold /= weights;
    meanSpeed /= weights;
    double spread = 0;
    double together = 0;
    for (Stretch stretch : stretches) {
      double cold = cold(stretch, warmUpSeconds) - meanCold;
      spread += stretch.weight() * cold * cold;
      together += stretch.weight() * cold * (stretch.speed() - meanSpeed);
    }
    double gap = -together / spread;
    double plateau = meanSpeed + gap * meanCold;
    double error = 0;
    for (Stretch stretch : stretches) {
      double off = stretch.speed() - plateau + gap * cold(stretch, warmUpSeconds);
      error += stretch.weight() * off * off;
    }
    double variance = error / (stretches.size() - PARAMETERS);
    return new Line(warmUpSeconds, plateau, gap, Math.sqrt(variance / spread), error);
  }

  /** The mean of {@code max(0, 1 − age ÷ W)} over a stretch. */
  private static double cold(Stretch stretch, double warmUpSeconds) {
    return (area(stretch.to(), warmUpSeconds) - area(stretch.from(), warmUpSeconds))
        / (stretch.to() - stretch.from());
  }

  private static double area(double age, double warmUpSeconds) {
    double within = Math.min(age, warmUpSeconds);
    return within - within * within / (2 * warmUpSeconds);
  }
}
