package io.tidecaster.demo;

import io.tidecaster.decide.Fleet;
import io.tidecaster.history.SeriesIdentity;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Source;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The simulated world around the service: a CRM fleet under load, scraped every 15 s of a clock
 * that runs faster than life.
 */
public final class Demo implements AutoCloseable {
  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(15);
  private static final Duration TO_SETTLE = Duration.ofSeconds(60);
  private static final Duration TO_DECIDE = Duration.ofSeconds(2);
  private static final AtomicReference<@Nullable Demo> CURRENT = new AtomicReference<>();

  /**
   * How the demo runs.
   *
   * @param speed seconds of the simulation in one of life
   * @param startup how long a new replica takes to be ready
   * @param length it ends after so much simulated time; empty: with its load
   * @param state where the end of this run is kept for the next
   */
  public record Settings(
      double speed, Duration startup, Optional<Duration> length, DemoState state) {
    public Settings {
      if (!(speed >= 1 && speed <= 3600)) {
        throw new IllegalArgumentException(
            "speed %s must be at least 1 and at most 3600".formatted(speed));
      }
    }
  }

  private final Settings settings;
  private final DemoLoad load;
  private final DemoFleet fleet;
  private final StepClock clock;
  private final PastServer past;
  private boolean inVain;
  private volatile boolean closing;

  /** What the simulated world looks at in the service, so as not to run away from it. */
  public interface Service {

    /** Whether it has read the past and learned from it. */
    boolean isSettled();

    /** The end of the last minute that it decided on. */
    Instant decidedUntil();
  }

  /**
   * @param scaler of the simulated CRM
   * @param replicas with which the fleet begins; empty: as many as an HPA has come to by then
   */
  public Demo(Settings settings, DemoLoad load, Scaler scaler, Optional<Integer> replicas) {
    this.settings = settings;
    this.load = load;
    this.clock = new StepClock(load.start());
    double utilization = hpaUtilization(scaler);
    this.fleet =
        new DemoFleet(
            scaler,
            utilization,
            replicas.orElseGet(() ->
                DemoFleet.replicasUnderHpa(scaler, utilization, load.load().at(load.start()))),
            settings.startup(),
            load.start());
    Map<String, DoubleUnaryOperator> queries = new HashMap<>();
    answer(queries, Optional.of(scaler.load()), this::loadBefore);
    answer(queries, scaler.cpu(), seconds -> fleet.coresInThePast(loadBefore(seconds)));
    scaler
        .cpu()
        .map(cpu -> SeriesIdentity.replicasOf(cpu.series()))
        .ifPresent(counted -> queries.put(counted, _ -> Double.NaN));
    this.past = new PastServer(clock, queries);
  }

  private static void answer(
      Map<String, DoubleUnaryOperator> queries,
      Optional<Source> source,
      DoubleUnaryOperator values) {
    source.flatMap(Source::query).ifPresent(query -> queries.put(query, values));
  }

  private static double hpaUtilization(Scaler scaler) {
    return switch (scaler.hpaObjective()) {
      case Objective.TargetUtilization utilization -> utilization.ratio();
      case Objective.RequestsPerReplica requests ->
          requests.requestsPerSecond() / DemoFleet.FULL_CAPACITY;
      case Objective.Latency latency -> DemoFleet.VIOLATION_USE;
    };
  }

  private double loadBefore(double epochSeconds) {
    return load.minuteBefore(Instant.ofEpochSecond((long) epochSeconds));
  }

  /** Requests a second that one replica bears under the objective of the demo's scaler. */
  public static double replicaObjective() {
    return DemoFleet.OBJECTIVE_CAPACITY;
  }

  /** The demo that runs in this process, if one does. */
  public static Optional<Demo> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** From now on this is the demo that runs in this process. */
  public void install() {
    CURRENT.set(this);
  }

  public StepClock clock() {
    return clock;
  }

  /** Where the demo's past is told in the way of a Prometheus. */
  public String historyUrl() {
    return past.url();
  }

  /** The fleet as it is now. */
  public Fleet observe() {
    return fleet.observe();
  }

  /** The fleet after the scaling; empty where it is no longer as it was decided on. */
  public Optional<Fleet> scale(Fleet decidedOn, int replicas) {
    return fleet.scale(decidedOn, replicas);
  }

  /**
   * Plays the load until it ends, or the demo is closed.
   *
   * @param remoteWrite the service's receiver
   * @param service is waited for: time stands until it has learned from the past, and at each
   *     minute until it has decided, so that a busy machine slows the play and not the service in
   *     it
   * @param tell takes lines for the person at the terminal
   */
  public void play(URI remoteWrite, Service service, Consumer<String> tell)
      throws InterruptedException, IOException {
    awaitSettled(service);
    tell.accept(
        "%s from %s, %s seconds in one"
            .formatted(load.name(), load.start(), Figures.plain(settings.speed())));
    Instant end =
        settings.length().map(load.start()::plus).filter(load.end()::isAfter).orElse(load.end());
    try (RemoteWriteClient prometheus = new RemoteWriteClient(remoteWrite)) {
      long stepNanos = (long) (SCRAPE_INTERVAL.toNanos() / settings.speed());
      long next = System.nanoTime();
      Instant dayEnd = load.start().plus(Duration.ofDays(1));
      for (Instant now = load.start(); now.isBefore(end) && !closing; ) {
        fleet.advance(load.load().at(now), SCRAPE_INTERVAL, settings.startup());
        now = now.plus(SCRAPE_INTERVAL);
        clock.advanceTo(now);
        if (load.known().at(now)) {
          prometheus.send(fleet.scrape(now));
          awaitDecision(service, now);
        }
        settings.state().keep(now, fleet.observe().specReplicas());
        if (!now.isBefore(dayEnd)) {
          dayEnd = dayEnd.plus(Duration.ofDays(1));
          tell.accept(score());
        }
        next = Math.max(next + stepNanos, System.nanoTime() - stepNanos);
        pauseUntil(next);
      }
    }
    if (!closing) {
      tell.accept("the load has ended at " + clock.instant());
      tell.accept(score());
    }
  }

  /** What both ways of scaling cost and risked so far, as a small table. */
  public String score() {
    return Figures.table(load.start(), clock.instant(), fleet.ours(), fleet.theirs());
  }

  private static void awaitSettled(Service service) throws InterruptedException {
    long patience = System.nanoTime() + TO_SETTLE.toNanos();
    while (!service.isSettled() && System.nanoTime() < patience) {
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  /**
   * Waits for the decision on the minute that this scrape has closed, if there is one; not again
   * after it was waited for in vain until one comes.
   */
  private void awaitDecision(Service service, Instant now) throws InterruptedException {
    Instant due = now.minus(SCRAPE_INTERVAL).truncatedTo(ChronoUnit.MINUTES);
    if (due.isBefore(load.start().plus(Duration.ofMinutes(2)))) {
      return;
    }
    long patience = System.nanoTime() + (inVain ? 0 : TO_DECIDE.toNanos());
    while (service.decidedUntil().isBefore(due) && System.nanoTime() < patience && !closing) {
      Thread.sleep(Duration.ofMillis(2));
    }
    inVain = service.decidedUntil().isBefore(due);
  }

  private void pauseUntil(long nanoTime) throws InterruptedException {
    long nanos = nanoTime - System.nanoTime();
    if (nanos > 0) {
      Thread.sleep(Duration.ofNanos(nanos));
    }
  }

  @Override
  public void close() {
    closing = true;
    past.close();
  }

  /** How the demo's figures read at a terminal. */
  private static final class Figures {
    private Figures() {}

    static String plain(double value) {
      return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    static String table(
        Instant from, Instant to, SimulatedFleet.Account ours, SimulatedFleet.Account hpa) {
      return """
      %s to %s
        %-12s %22s %14s %10s
        %-12s %20.3f %% %14.1f %10d
        %-12s %20.3f %% %14.1f %10d\
      """
          .formatted(
              from,
              to,
              "",
              "requests in violation",
              "replica-hours",
              "scalings",
              "Tidecaster",
              100 * ours.violationShare(),
              ours.replicaHours(),
              ours.scalings(),
              "HPA",
              100 * hpa.violationShare(),
              hpa.replicaHours(),
              hpa.scalings());
    }
  }
}
