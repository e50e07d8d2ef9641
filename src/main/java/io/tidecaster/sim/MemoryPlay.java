package io.tidecaster.sim;

import io.tidecaster.forecast.FitTask;
import io.tidecaster.history.Series;
import io.tidecaster.size.MemoryAhead;
import io.tidecaster.size.MemoryDecision;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryPeaks;
import io.tidecaster.size.OomFloor;
import io.tidecaster.usage.MemoryForecaster;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Plays the recorded memory of one container past a rule that sizes it, minute by minute. What it
 * uses does not depend on what it has: a minute above is one in which it would have been killed.
 */
public final class MemoryPlay {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long LEAST_BYTES = 1L << 20;

  private final Series use;
  private final Instant judgedFrom;

  /**
   * What was reserved and risked.
   *
   * @param gibHours reserved
   * @param minutesAbove in which the use was above what the container had
   * @param resizes how often what it was to have changed
   */
  public record Account(double gibHours, int minutesAbove, int resizes) {}

  /** Says how much a container is to have, from minute to minute. */
  public interface Rule {
    void observe(Instant minute, OptionalDouble bytes);

    /** It was killed with so much. */
    void killed(Instant at, long hadBytes);

    /**
     * How much it is to have from now on.
     *
     * @param currentBytes what it has
     */
    long wanted(Instant now, long currentBytes);
  }

  /** Told of each minute that is judged. */
  public interface Listener {
    void minute(Instant end, double usedBytes, long hadBytes);
  }

  /**
   * @param use in bytes, by the minute
   * @param judgedFrom what came before is past when it begins
   */
  public MemoryPlay(Series use, Instant judgedFrom) {
    this.use = use;
    this.judgedFrom = judgedFrom;
  }

  /** A resize that is decided on at the end of a minute has taken effect after the next. */
  public Account play(Rule rule, Listener listener) {
    long had = 0;
    long has = 0;
    double gibMinutes = 0;
    int above = 0;
    int resizes = 0;
    for (int i = 0; i < use.size(); i++) {
      Instant minute = use.timeOf(i);
      OptionalDouble used =
          use.isPresent(i) ? OptionalDouble.of(use.at(i)) : OptionalDouble.empty();
      boolean judged = !minute.isBefore(judgedFrom);
      rule.observe(minute, used);
      if (had > 0 && used.orElse(0) > had) {
        rule.killed(minute.plus(MINUTE), had);
      }
      if (judged) {
        gibMinutes += had / (double) (1L << 30);
        above += used.orElse(0) > had ? 1 : 0;
        listener.minute(minute.plus(MINUTE), used.orElse(Double.NaN), had);
      }
      long wanted = rule.wanted(minute.plus(MINUTE), Math.max(LEAST_BYTES, has));
      resizes += judged && wanted != has ? 1 : 0;
      had = has;
      has = wanted;
    }
    return new Account(gibMinutes / 60, above, resizes);
  }

  /** What the service does: {@link MemoryDecision}, with what is forecast or without. */
  public static final class Decided implements Rule {
    private final MemoryInputs.Change change;
    private final Instant from;
    private final Optional<MemoryForecaster> forecaster;
    private final Map<Instant, MemoryAhead> said;
    private MemoryPeaks peaks = MemoryPeaks.NONE;
    private Optional<OomFloor> oom = Optional.empty();

    /** By its peaks alone. */
    public static Decided byPeaks() {
      return new Decided(MemoryInputs.Change.BOTH, Instant.MAX, Optional.empty(), Map.of());
    }

    /**
     * By what is forecast, too.
     *
     * @param from what came before is known, and not forecast
     */
    public static Decided ahead(MemoryForecaster forecaster, Instant from) {
      return new Decided(MemoryInputs.Change.BOTH, from, Optional.of(forecaster), new HashMap<>());
    }

    private Decided(
        MemoryInputs.Change change,
        Instant from,
        Optional<MemoryForecaster> forecaster,
        Map<Instant, MemoryAhead> said) {
      this.change = change;
      this.from = from;
      this.forecaster = forecaster;
      this.said = said;
    }

    /** By the same forecasts, once they were made, for one that cannot become smaller. */
    public Decided growing() {
      return new Decided(MemoryInputs.Change.GROW, from, Optional.empty(), said);
    }

    @Override
    public void observe(Instant minute, OptionalDouble bytes) {
      if (bytes.isPresent()) {
        peaks = peaks.plus(minute, (long) bytes.getAsDouble());
      }
      forecaster.ifPresent(known -> known.observe(minute, bytes));
    }

    @Override
    public void killed(Instant at, long hadBytes) {
      oom = Optional.of(OomFloor.after(at, hadBytes));
    }

    @Override
    public long wanted(Instant now, long currentBytes) {
      forecaster.filter(_ -> now.isAfter(from)).ifPresent(known -> said.put(now, said(now, known)));
      return MemoryDecision.of(
              now,
              new MemoryInputs(
                  currentBytes,
                  LEAST_BYTES,
                  Long.MAX_VALUE,
                  change,
                  peaks,
                  oom,
                  Optional.empty(),
                  Optional.ofNullable(said.get(now))))
          .desiredBytes();
    }

    private static MemoryAhead said(Instant now, MemoryForecaster forecaster) {
      forecaster.fitDue().map(FitTask::run).ifPresent(forecaster::adopt);
      return forecaster.ahead(now, forecaster.forecast());
    }
  }

  /**
   * The Vertical Pod Autoscaler's recommender, whose target is applied each minute: the 90th
   * percentile of decayed daily peaks and a margin; what it was killed with and a bump is a peak.
   */
  public static final class Vpa implements Rule {
    private final double margin;
    private MemoryPeaks peaks = MemoryPeaks.NONE;

    /**
     * @param margin its own is 1.15
     */
    public Vpa(double margin) {
      this.margin = margin;
    }

    @Override
    public void observe(Instant minute, OptionalDouble bytes) {
      if (bytes.isPresent()) {
        peaks = peaks.plus(minute, (long) bytes.getAsDouble());
      }
    }

    @Override
    public void killed(Instant at, long hadBytes) {
      peaks = peaks.plus(at, OomFloor.after(at, hadBytes).bytes());
    }

    @Override
    public long wanted(Instant now, long currentBytes) {
      return (long) Math.ceil(peaks.percentile(now, 0.9).orElse(currentBytes) * margin);
    }
  }
}
