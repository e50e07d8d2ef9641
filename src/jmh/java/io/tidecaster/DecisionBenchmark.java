package io.tidecaster;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.DecisionMemory;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Headroom;
import io.tidecaster.decide.Hysteresis;
import io.tidecaster.decide.LeadTimeEstimate;
import io.tidecaster.decide.Peak;
import io.tidecaster.decide.PeakFit;
import io.tidecaster.decide.Situation;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.Sample;
import io.tidecaster.history.SeriesIdentity;
import io.tidecaster.history.Signal;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.journal.JournalFormat;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a decision costs, alone and with all that a scaler does in a minute. See docs/figures.md. */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 10, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx1g"})
public class DecisionBenchmark {
  private static final int SCALERS = 10_000;
  private static final Scaler SCALER = ScalerLineTest.SCALER;
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  /** So many scalers, each with a forecast of its own, a learned peak and an hour behind it. */
  @State(Scope.Benchmark)
  public static class Fleets {
    final Decider decider = new Decider(Decider.Settings.DEFAULT);
    final List<Situation> situations = new ArrayList<>(SCALERS);
    int next;

    @Setup
    public void makeUp() {
      SplittableRandom random = new SplittableRandom(42);
      for (int i = 0; i < SCALERS; i++) {
        situations.add(situation(random));
      }
    }

    Situation next() {
      next = (next + 1) % SCALERS;
      return situations.get(next);
    }

    private static Situation situation(SplittableRandom random) {
      int replicas = random.nextInt(2, 11);
      double load = random.nextDouble(100, 1000);
      List<DecisionMemory.Recommendation> recommendations = new ArrayList<>();
      List<DecisionMemory.Change> changes = new ArrayList<>();
      for (int back = 59; back > 0; back--) {
        Instant at = NINE.minus(Duration.ofMinutes(back));
        recommendations.add(new DecisionMemory.Recommendation(at, random.nextInt(2, 11)));
        if (back % 20 == 0) {
          changes.add(new DecisionMemory.Change(at, replicas, replicas + 1));
        }
      }
      Fleet fleet = new Fleet(replicas, replicas, OptionalDouble.of(1), "1");
      return new Situation(
          SCALER,
          Mode.ENFORCING,
          NINE,
          Optional.of(fleet),
          Optional.of(
              new LoadPoint(
                  NINE.minusSeconds(60),
                  OptionalDouble.of(load),
                  OptionalDouble.empty(),
                  replicas,
                  0)),
          forecast(random, load),
          Optional.of(new Capacity(100, Capacity.Origin.STATED)),
          Optional.of(new Capacity(70, Capacity.Origin.STATED)),
          LeadTimeEstimate.of(SCALER.leadTime()),
          Optional.of(
              new Peak(
                  load * random.nextDouble(0.8, 1.3),
                  new Headroom(0.95, 1.1, Headroom.Origin.LEARNED),
                  Optional.of(new Hysteresis(0.06, 0.14)))),
          Headroom.stated(0.95),
          new DecisionMemory(recommendations, changes, Optional.of(fleet)),
          new Decision.Shadow(replicas, replicas));
    }

    private static Forecast forecast(SplittableRandom random, double load) {
      List<Double> median = new ArrayList<>();
      double level = load;
      for (int step = 0; step < 60; step++) {
        level *= 1 + random.nextDouble(-0.05, 0.05);
        median.add(level);
      }
      List<List<Double>> values =
          List.of(median, times(median, 1.2), times(median, 1.3), times(median, 1.5));
      return new Forecast(
          NINE, Duration.ofMinutes(1), List.of(0.5, 0.9, 0.95, 0.99), values, "made up");
    }

    private static List<Double> times(List<Double> row, double factor) {
      return row.stream().map(value -> value * factor).toList();
    }
  }

  @Benchmark
  public Decision decide(Fleets fleets) {
    return fleets.decider.decide(fleets.next());
  }

  /** With what goes to the journal. */
  @Benchmark
  public byte[] decideAndRecord(Fleets fleets) {
    return JournalFormat.write(fleets.decider.decideOnRecord(fleets.next()));
  }

  /** One scaler with four weeks of minutes, its models fitted, ten replicas scraped each 15 s. */
  @State(Scope.Benchmark)
  public static class Line {
    private static final int WEEKS = 4;
    private static final int PODS = 10;

    private final Decider decider = new Decider(Decider.Settings.DEFAULT);
    private final List<String> pods = new ArrayList<>();
    private final double[] counters = new double[PODS];
    private final SplittableRandom random = new SplittableRandom(42);
    private final ScalerLine line =
        new ScalerLine(
            SCALER,
            new MinuteAssembler(SignalTypes.of(SCALER), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    private Instant now = NINE;
    private long offset;

    @Setup(Level.Trial)
    public void learn() {
      List<LoadPoint> past = new ArrayList<>();
      for (int back = WEEKS * 7 * 24 * 60; back > 0; back--) {
        Instant minute = NINE.minus(Duration.ofMinutes(back));
        past.add(
            new LoadPoint(
                minute, OptionalDouble.of(load(minute)), OptionalDouble.empty(), PODS, 0));
      }
      line.remindOf(past);
      for (int pod = 0; pod < PODS; pod++) {
        pods.add(SeriesIdentity.canonical(Map.of("pod", "crm-" + pod)));
      }
      line.fitDue().ifPresent(task -> line.adopt(task.run()));
      while (line.peakFitDue().isEmpty()) {
        minute();
      }
      line.peakFitDue().map(PeakFit::run).ifPresent(line::adopt);
    }

    private double load(Instant at) {
      double day = (at.getEpochSecond() % 86_400) / 86_400.0;
      return (500 + 300 * Math.sin(2 * Math.PI * day)) * (1 + 0.05 * random.nextDouble(-1, 1));
    }

    /** As the service does: scrapes, the minute, a forecast, a decision, two records. */
    int minute() {
      int bytes = 0;
      for (int scrape = 0; scrape < 4; scrape++) {
        now = now.plusSeconds(15);
        List<Sample> samples = new ArrayList<>(PODS);
        for (int pod = 0; pod < PODS; pod++) {
          counters[pod] += load(now) * 15 / PODS;
          samples.add(new Sample(Signal.LOAD, pods.get(pod), now.toEpochMilli(), counters[pod]));
        }
        line.observe(offset++, samples, now);
        List<LoadPoint> points = line.close();
        if (!points.isEmpty()) {
          line.remember(points);
          bytes += decide(points.getLast().end());
        }
      }
      return bytes;
    }

    private int decide(Instant at) {
      ForecastOutcome forecast = line.forecast();
      Decided decided =
          line.decide(
              decider,
              Mode.ADVISORY,
              at,
              Optional.of(new Fleet(PODS, PODS, OptionalDouble.of(1), "1")),
              forecast);
      return JournalFormat.write(SCALER.id(), line.report(forecast)).length
          + JournalFormat.write(decided).length;
    }
  }

  /** All that a scaler's minute costs, but for Kafka's clients and the API server. */
  @Benchmark
  public int minute(Line line) {
    return line.minute();
  }
}
