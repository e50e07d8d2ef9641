package io.tidecaster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.act.Actuator;
import io.tidecaster.act.Observation;
import io.tidecaster.act.ReplicaScaler;
import io.tidecaster.act.ScaleResult;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.decide.Room;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.Sample;
import io.tidecaster.history.SeriesIdentity;
import io.tidecaster.history.Signal;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One workload made up from a seed, its fleet, load and faults, played on a virtual clock through
 * the service's own line: samples, minutes, decisions, writes. What a scaler must never do is
 * checked at every decision by {@link Invariants}.
 *
 * <p>The forecast is made up too, and often wrong: the rules have to hold whatever it says.
 */
final class SeededRun implements ReplicaScaler {
  static final int MINUTES = 120;
  private static final int STEP_SECONDS = 15;
  private static final List<Mode> MODES = List.of(Mode.values());
  private static final double STALE = Double.longBitsToDouble(Sample.STALE_MARKER);

  /** What may go wrong, each for some minutes of a run. */
  private enum Fault {
    UPSTREAM_OUTAGE,
    RETRY_STORM,
    NO_METRICS,
    SILENT_REPLICAS,
    ROLLOUT,
    SLOW_STARTS,
    LOST_REPLICAS,
    CLUSTER_UNREACHABLE,
    WRITES_REFUSED,
    SCALED_BY_HAND,
    RESTARTS,
    FULL_QUOTA,
    DISRUPTION_BUDGET
  }

  private record Window(int from, int to) {
    boolean has(int minute) {
      return minute >= from && minute < to;
    }
  }

  private static final class Pod {
    final String series;
    final Instant readyAt;
    double requests;
    double cpuSeconds;
    boolean silent;

    Pod(String series, Instant readyAt) {
      this.series = series;
      this.readyAt = readyAt;
    }
  }

  private final long seed;
  private final SplittableRandom random;
  private final Instant start;
  private final Scaler scaler;
  private final double perReplica;
  private final boolean servedOnly;
  private final Duration startup;
  private final Map<Fault, Window> faults = new EnumMap<>(Fault.class);
  private final List<Pod> pods = new ArrayList<>();
  private final List<LoadPoint> topic = new ArrayList<>();
  private final List<Decision> journal = new ArrayList<>();
  private final Decider decider = new Decider(Decider.Settings.DEFAULT);
  private final Invariants invariants;
  private final Actuator actuator = new Actuator(this, List.of(), new SimpleMeterRegistry());
  private ScalerLine line;
  private Mode mode = Mode.ENFORCING;
  private Instant now;
  private int minute;
  private int asked;
  private int version = 1;
  private int podNumber;
  private long offset;
  private double backlog;

  SeededRun(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.start = Instant.parse("2026-03-02T00:00:00Z").plusSeconds(60L * random.nextInt(1440));
    this.now = start;
    this.perReplica = random.nextDouble(5, 200);
    this.startup = Duration.ofSeconds(random.nextInt(20, 400));
    this.servedOnly = random.nextInt(3) == 0;
    this.scaler = anyScaler();
    this.invariants = new Invariants(scaler);
    for (Fault fault : Fault.values()) {
      if (random.nextInt(3) == 0) {
        int from = random.nextInt(10, MINUTES - 10);
        faults.put(fault, new Window(from, from + random.nextInt(2, 25)));
      }
    }
    Window outage = faults.get(Fault.UPSTREAM_OUTAGE);
    if (outage != null) {
      faults.put(Fault.RETRY_STORM, new Window(outage.to(), outage.to() + random.nextInt(3, 12)));
    }
    this.line = newLine();
    resize(scaler.bounds().clamp(random.nextInt(1, 15)), Duration.ofHours(-1));
  }

  private Scaler anyScaler() {
    int min = random.nextInt(1, 4);
    boolean byCpu = random.nextBoolean();
    Source load = source("requests_total");
    Objective objective =
        byCpu
            ? new Objective.TargetUtilization(random.nextDouble(0.3, 0.9))
            : new Objective.RequestsPerReplica(perReplica);
    return new Scaler(
        new ScalerId("seed", Long.toString(seed)),
        new TargetRef("apps/v1", "Deployment", "seeded"),
        random.nextInt(6) == 0 ? Mode.ADVISORY : Mode.ENFORCING,
        new Bounds(min, min + random.nextInt(1, 25)),
        load,
        byCpu ? Optional.of(source("cpu_seconds_total")) : Optional.empty(),
        objective,
        objective,
        0.95,
        random.nextBoolean() ? new LeadTime.Learned() : new LeadTime.Fixed(startup),
        random.nextInt(3) == 0 ? Behavior.DEFAULT : new Behavior(anyRules(0), anyRules(300)));
  }

  private static Source source(String metric) {
    return new Source(
        new SeriesSelector(metric, SeriesSelector.Type.COUNTER, Map.of()), Optional.empty());
  }

  private Behavior.Rules anyRules(int windowSeconds) {
    List<Behavior.Policy> policies = new ArrayList<>();
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      Duration period = Duration.ofSeconds(random.nextInt(15, 600));
      policies.add(
          random.nextBoolean()
              ? new Behavior.Policy(Behavior.Policy.Type.PODS, random.nextInt(1, 6), period)
              : new Behavior.Policy(Behavior.Policy.Type.PERCENT, random.nextInt(5, 150), period));
    }
    Behavior.SelectPolicy select =
        switch (random.nextInt(8)) {
          case 0 -> Behavior.SelectPolicy.DISABLED;
          case 1, 2 -> Behavior.SelectPolicy.MIN;
          default -> Behavior.SelectPolicy.MAX;
        };
    return new Behavior.Rules(
        Duration.ofSeconds(random.nextBoolean() ? windowSeconds : random.nextInt(0, 900)),
        select,
        policies,
        random.nextBoolean() ? 0 : random.nextDouble(0, 0.2));
  }

  private ScalerLine newLine() {
    ScalerLine fresh =
        new ScalerLine(
            scaler,
            new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.copyOf(journal),
            Optional.empty());
    if (!topic.isEmpty()) {
      fresh.remindOf(topic);
    }
    return fresh;
  }

  /** Plays it to its end. */
  void play(Consumer<Decision> listener) {
    for (minute = 0; minute < MINUTES; minute++) {
      try {
        beginMinute();
        for (int step = 0; step < 60 / STEP_SECONDS; step++) {
          advance();
        }
        decide(listener);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed %d, minute %d: %s%nalone: ./mvnw -q test -Dtest=SeedsTest -Dseeds=%d%n%s"
                .formatted(seed, minute, e.getMessage(), seed, this),
            e);
      }
    }
  }

  private boolean on(Fault fault) {
    Window window = faults.get(fault);
    return window != null && window.has(minute);
  }

  private void beginMinute() {
    if (random.nextInt(40) == 0) {
      mode = MODES.get(random.nextInt(MODES.size()));
    }
    if (on(Fault.RESTARTS) && random.nextInt(3) == 0) {
      line = newLine();
    }
    // a line that begins again cannot tell a refusal that was scaled over by hand from a scaling
    if (on(Fault.SCALED_BY_HAND) && !on(Fault.RESTARTS) && random.nextInt(4) == 0) {
      resize(random.nextInt(0, 2 * scaler.bounds().maxReplicas()), startup);
      version++;
    }
    if (on(Fault.LOST_REPLICAS) && !pods.isEmpty()) {
      pods.remove(random.nextInt(pods.size()));
      start(asked - pods.size(), startTime());
    }
    if (on(Fault.ROLLOUT) && !pods.isEmpty()) {
      sayGoodbye(pods.removeFirst());
      start(asked - pods.size(), startTime());
    }
    boolean silence = on(Fault.SILENT_REPLICAS);
    for (int i = 0; i < pods.size(); i++) {
      pods.get(i).silent = silence && i % 2 == 0;
    }
  }

  /** Fifteen seconds: requests arrive, wait, are served; then everything is scraped. */
  private void advance() {
    now = now.plusSeconds(STEP_SECONDS);
    double arrived = load() * STEP_SECONDS;
    long ready = ready();
    double most = ready * perReplica / 0.8 * STEP_SECONDS;
    double served = Math.min(arrived + backlog, most);
    backlog = Math.min(arrived + backlog - served, 4 * most);
    List<Sample> samples = new ArrayList<>();
    for (Pod pod : pods) {
      if (!pod.readyAt.isAfter(now)) {
        pod.requests += (servedOnly ? served : arrived) / ready;
        boolean warmingUp = pod.readyAt.plusSeconds(120).isAfter(now);
        pod.cpuSeconds += 0.6 * served / ready / perReplica + (warmingUp ? 0.5 : 0) * STEP_SECONDS;
      }
      pod.cpuSeconds += 0.05 * STEP_SECONDS;
      if (!on(Fault.NO_METRICS) && !pod.silent) {
        samples.add(new Sample(Signal.LOAD, pod.series, now.toEpochMilli(), pod.requests));
        if (scaler.cpu().isPresent()) {
          samples.add(new Sample(Signal.CPU, pod.series, now.toEpochMilli(), pod.cpuSeconds));
        }
      }
    }
    if (!samples.isEmpty()) {
      line.observe(offset++, samples, now);
    }
  }

  private double load() {
    double day = Duration.between(start, now).toSeconds() / 3600.0;
    double base =
        perReplica * scaler.bounds().maxReplicas() * (0.4 + 0.35 * Math.sin(seed + 2 * day));
    double noisy = base * (1 + 0.1 * random.nextDouble(-1, 1));
    if (on(Fault.UPSTREAM_OUTAGE)) {
      return noisy * 0.01;
    }
    return on(Fault.RETRY_STORM) ? 4 * noisy : noisy;
  }

  private long ready() {
    return pods.stream().filter(pod -> !pod.readyAt.isAfter(now)).count();
  }

  /** As the service does when a minute has closed. */
  private void decide(Consumer<Decision> listener) {
    List<LoadPoint> points = new ArrayList<>(line.close());
    points.addAll(line.closeByClock(now));
    if (points.isEmpty()) {
      return;
    }
    line.remember(points);
    topic.addAll(points);
    Instant at = points.getLast().end();
    if (line.hasDecidedAt(at)) {
      return;
    }
    Observation observed = observe(scaler);
    ForecastOutcome forecast = anyForecast(at);
    Mode inForce = scaler.mode().cappedBy(mode);
    Decided decided =
        switch (observed) {
          case Observation.Seen seen ->
              line.decide(
                  decider,
                  inForce,
                  at,
                  Optional.of(seen.fleet()),
                  forecast,
                  wanted -> room(scaler, seen, wanted));
          case Observation.Unseen _ ->
              line.decide(decider, inForce, at, Optional.empty(), forecast);
        };
    invariants.check(decided, points.getLast());
    journal.add(decided.decision());
    actuator.apply(scaler, observed, decided.decision(), Outlook.UNKNOWN).ifPresent(line::took);
    listener.accept(decided.decision());
  }

  private ForecastOutcome anyForecast(Instant at) {
    if (random.nextInt(4) == 0) {
      return new NotReady(NotReady.Reason.NOT_TRUSTED, "made up");
    }
    Instant issuedAt = random.nextInt(10) == 0 ? at.minusSeconds(random.nextInt(7200)) : at;
    double level = load() * random.nextDouble(0.2, 2);
    List<Double> median = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      level *= 1 + random.nextDouble(-0.1, 0.1);
      median.add(level);
      high.add(level * 1.3);
    }
    return new Forecast(
        issuedAt, Duration.ofMinutes(1), List.of(0.5, 0.95), List.of(median, high), "Seeded");
  }

  private Duration startTime() {
    double spread = random.nextDouble(0.7, 1.8) * (on(Fault.SLOW_STARTS) ? 6 : 1);
    return Duration.ofMillis((long) (startup.toMillis() * spread));
  }

  private void start(int count, Duration until) {
    for (int i = 0; i < count; i++) {
      String series = SeriesIdentity.canonical(Map.of("pod", "seeded-" + podNumber++));
      pods.add(new Pod(series, now.plus(until)));
    }
  }

  private void resize(int replicas, Duration until) {
    while (pods.size() > replicas) {
      sayGoodbye(pods.removeLast());
    }
    start(replicas - pods.size(), until);
    asked = replicas;
  }

  /** Prometheus marks the series of a target that went; now and then the marker is lost. */
  private void sayGoodbye(Pod pod) {
    if (random.nextInt(10) > 0 && !on(Fault.NO_METRICS)) {
      List<Sample> markers = new ArrayList<>();
      markers.add(new Sample(Signal.LOAD, pod.series, now.toEpochMilli() + 1, STALE));
      if (scaler.cpu().isPresent()) {
        markers.add(new Sample(Signal.CPU, pod.series, now.toEpochMilli() + 1, STALE));
      }
      line.observe(offset++, markers, now);
    }
  }

  @Override
  public Observation observe(Scaler observed) {
    return on(Fault.CLUSTER_UNREACHABLE)
        ? new Observation.Unreachable("made up")
        : new Observation.Seen(
            new Fleet(
                asked, Math.toIntExact(ready()), OptionalDouble.of(1), Integer.toString(version)));
  }

  @Override
  public Optional<Room> room(Scaler scaled, Observation.Seen seen, Outcome.Scale wanted) {
    Room room =
        new Room(
            on(Fault.FULL_QUOTA)
                ? Optional.of(new Room.Limit(pods.size() + random.nextInt(2), "made up"))
                : Optional.empty(),
            on(Fault.DISRUPTION_BUDGET)
                ? Optional.of(new Room.Limit(Math.max(0, asked - random.nextInt(2)), "made up"))
                : Optional.empty());
    return Optional.of(room);
  }

  @Override
  public ScaleResult scale(Scaler scaled, Fleet decidedOn, int replicas) {
    invariants.checkWrite(scaler.mode().cappedBy(mode), replicas);
    if (on(Fault.WRITES_REFUSED)) {
      return random.nextBoolean()
          ? new ScaleResult.Conflict("made up")
          : new ScaleResult.Forbidden("made up");
    }
    invariants.written();
    resize(replicas, startTime());
    return new ScaleResult.Scaled(Integer.toString(++version));
  }

  @Override
  public String toString() {
    return "  %s%n  faults %s, start-up %s, %s"
        .formatted(scaler, faults, startup, servedOnly ? "counts what is served" : "counts all");
  }
}
