package io.tidecaster.usage;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.FittedModel;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.size.MemoryAhead;
import io.tidecaster.size.Overshoots;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Forecasts what the largest replica uses of memory by the forecaster that the load has, and keeps
 * by how much the use went beyond. Not thread-safe; only {@link FitTask#run()} may run elsewhere.
 */
public final class MemoryForecaster {
  private final Settings settings;
  private final ScalerForecaster forecaster;
  private final DayMemory days = new DayMemory();

  /** What was said and still holds, the oldest first, each larger than those before it. */
  private final Deque<Said> said = new ArrayDeque<>();

  private final double serviceLevel;
  private Overshoots overshoots = Overshoots.NONE;

  private record Said(Instant until, double bytes) {}

  /**
   * How it is asked.
   *
   * @param forecast how it is fitted
   * @param horizon what is said is the most of so long
   * @param answered from a decision until what follows from it has taken effect
   */
  public record Settings(ForecastSettings forecast, Duration horizon, Duration answered) {
    public static final Settings DEFAULT =
        new Settings(ForecastSettings.DEFAULT, Duration.ofHours(1), Duration.ofMinutes(5));
  }

  /**
   * One that knows nothing yet.
   *
   * @param serviceLevel the share of days on which no minute is to be above what it said
   */
  public MemoryForecaster(
      ScalerId scaler, Calendar calendar, Settings settings, double serviceLevel) {
    this.settings = settings;
    this.serviceLevel = serviceLevel;
    this.forecaster = new ScalerForecaster(scaler, Grid.MINUTES, calendar, settings.forecast());
  }

  /** Goes on from what was known of its overshoots. */
  public void resume(Overshoots before) {
    overshoots = before;
  }

  public Overshoots overshoots() {
    return overshoots;
  }

  /** Takes in one more minute; those of the past first, in order. */
  public void observe(Instant minute, OptionalDouble bytes) {
    forecaster.observe(minute, bytes);
    if (bytes.isEmpty()) {
      return;
    }
    double used = bytes.getAsDouble();
    days.put(minute, used);
    while (!said.isEmpty() && !said.getFirst().until().isAfter(minute)) {
      said.removeFirst();
    }
    if (!said.isEmpty() && said.getFirst().bytes() > 0) {
      overshoots = overshoots.plus(minute, rounded(used / said.getFirst().bytes()));
    }
  }

  /** Up to a ten thousandth: it stands in every record of the journal. */
  private static double rounded(double ratio) {
    return Math.ceil(ratio * 10_000) / 10_000;
  }

  /** What is known of the future from now on. */
  public void use(Calendar calendar) {
    forecaster.use(calendar);
  }

  public Optional<FitTask> fitDue() {
    return forecaster.fitDue();
  }

  public void adopt(FittedModel model) {
    forecaster.adopt(model);
  }

  /** As of the end of the newest minute, in bytes; not one that is not to be trusted. */
  public ForecastOutcome forecast() {
    return forecaster.servedForecast();
  }

  /**
   * What a decision is made from; remembers what was said, to see how far the use goes beyond.
   *
   * @param forecast that of now
   */
  public MemoryAhead ahead(Instant now, ForecastOutcome forecast) {
    OptionalLong bytes =
        switch (forecast) {
          case NotReady _ -> OptionalLong.empty();
          case Forecast ready -> OptionalLong.of(largest(ready));
        };
    bytes.ifPresent(known -> remember(new Said(now.plus(settings.answered()), known)));
    return new MemoryAhead(bytes, (long) days.usual(now), serviceLevel, overshoots);
  }

  private void remember(Said latest) {
    while (!said.isEmpty() && said.getLast().bytes() >= latest.bytes()) {
      said.removeLast();
    }
    said.addLast(latest);
  }

  private long largest(Forecast forecast) {
    int steps = Math.toIntExact(settings.horizon().dividedBy(forecast.step()));
    return (long) Math.ceil(Math.max(0, forecast.peak(serviceLevel, 1, steps)));
  }
}
