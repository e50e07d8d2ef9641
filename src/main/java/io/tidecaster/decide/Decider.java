package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Decides how many replicas a workload is to have: the larger of what its load needs now and what
 * the forecast needs by the time a new replica bears load. Without a forecast it is an HPA.
 *
 * <p>The same situation always gives the same decision. On the way from the need to the decision
 * these rules may change the number, in this order: headroom, pay-back, ramp, reserve, tolerance,
 * shortage, unknown is not zero, stabilization, behavior, bounds, quota, disruption budget.
 */
public final class Decider {

  private final Settings settings;

  /**
   * The windows a decision looks at.
   *
   * @param interval how often decisions are made: what a plan must bear until the next one
   * @param staleAfter a load that is known no later than this before now is unknown
   * @param payBackLeadTimes a replica is kept that the forecast wants back within so many lead
   *     times, and one that it wants within them is started with others that are needed
   * @param scaleOutReserve that of the hysteresis of scalers that have not learned theirs
   * @param scaleInBand likewise
   */
  public record Settings(
      Duration interval,
      Duration staleAfter,
      double payBackLeadTimes,
      double scaleOutReserve,
      double scaleInBand) {

    public static final Settings DEFAULT =
        new Settings(Duration.ofMinutes(1), Duration.ofMinutes(3), 3, 0.05, 0.12);

    public Settings {
      if (!interval.isPositive() || interval.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException(
            "interval %s must be above 0s and at most 5m".formatted(interval));
      }
      if (staleAfter.isNegative() || staleAfter.compareTo(Duration.ofMinutes(15)) > 0) {
        throw new IllegalArgumentException(
            "staleAfter %s must lie between 0s and 15m".formatted(staleAfter));
      }
      if (!(payBackLeadTimes >= 1 && payBackLeadTimes <= 10)) {
        throw new IllegalArgumentException(
            "payBackLeadTimes %s must lie between 1 and 10".formatted(payBackLeadTimes));
      }
      var _ = new Hysteresis(scaleOutReserve, scaleInBand);
    }

    /** That of a scaler that has not learned its own. */
    Hysteresis hysteresis() {
      return new Hysteresis(scaleOutReserve, scaleInBand);
    }

    /** From now on: how far a decision looks for a load that wants a replica back. */
    Duration lookAhead(Duration leadTime) {
      return Duration.ofMillis((long) (leadTime.toMillis() * payBackLeadTimes)).plus(interval);
    }
  }

  public Decider(Settings settings) {
    this.settings = settings;
  }

  /** Decides, and keeps what the decision was made from. */
  public Decided decideOnRecord(Situation situation) {
    Inputs inputs = Inputs.of(settings, situation);
    return new Decided(decide(inputs.situation()), inputs);
  }

  public Decision decide(Situation situation) {
    Scaler scaler = situation.scaler();
    if (situation.fleet().isEmpty()) {
      Fleet last =
          situation.memory().lastFleet().orElse(new Fleet(0, 0, OptionalDouble.empty(), ""));
      return untouched(situation, last, HoldReason.TARGET_UNKNOWN);
    }
    Fleet fleet = situation.fleet().get();
    if (situation.mode() == Mode.PAUSED) {
      return untouched(situation, fleet, HoldReason.PAUSED);
    }
    if (fleet.specReplicas() == 0) {
      return untouched(situation, fleet, HoldReason.SWITCHED_OFF);
    }
    Need need = need(situation);
    Path path = new Path(fleet.specReplicas());
    int recommended = recommend(situation, need, path);
    limit(scaler, situation, recommended, path);
    return record(situation, fleet, need, path, outcome(need, path));
  }

  /**
   * What there is to go by.
   *
   * @param load known and fresh
   * @param silence some replicas are silent: the true load may be larger
   * @param ahead the plan for the time until a replica that is asked for now bears load
   * @param lookAhead the plan for the time in which a replica must not be wanted back
   */
  private record Need(
      OptionalDouble load,
      Optional<Silence> silence,
      Optional<Capacity> capacity,
      Optional<Plan> ahead,
      Optional<Plan> lookAhead,
      Optional<String> noForecast) {

    Optional<Integer> now() {
      return load.isEmpty() || capacity.isEmpty()
          ? Optional.empty()
          : Optional.of(capacity.get().replicasFor(load.getAsDouble()));
    }

    Optional<Integer> planned() {
      return ahead.isEmpty() || capacity.isEmpty()
          ? Optional.empty()
          : Optional.of(capacity.get().replicasFor(ahead.get().stated()));
    }

    boolean unknown() {
      return load.isEmpty() || (silence.isPresent() && silence.get().isMost());
    }
  }

  /** Replicas of whose load nothing is known, beside those that report. */
  private record Silence(int silent, int reporting) {
    boolean isMost() {
      return silent > reporting;
    }

    /** What arrives if a silent replica bears as much as one that reports. */
    double whole(double reported) {
      return reported * (reporting + silent) / reporting;
    }
  }

  /** The number on its way through the rules. */
  private static final class Path {
    private final int current;
    private final List<Clamp> clamps = new ArrayList<>();
    private int replicas;
    private int beforeBounds;

    Path(int current) {
      this.current = current;
      this.replicas = current;
      this.beforeBounds = current;
    }

    void clamp(Clamp.Rule rule, int after, String detail) {
      if (after != replicas) {
        clamps.add(new Clamp(rule, replicas, after, detail));
        replicas = after;
      }
    }

    /** Whether a balancer's queue asked for more than this. */
    boolean isShortAbove(int replicas) {
      return clamps.stream()
          .anyMatch(clamp -> clamp.rule() == Clamp.Rule.SHORTAGE && clamp.after() > replicas);
    }
  }

  private Need need(Situation situation) {
    Instant now = situation.now();
    Optional<LoadPoint> fresh =
        situation
            .load()
            .filter(point -> point.load().isPresent())
            .filter(point -> !now.isAfter(point.end().plus(settings.staleAfter())));
    OptionalDouble load = fresh.isPresent() ? fresh.get().load() : OptionalDouble.empty();
    Optional<Silence> silence =
        fresh
            .filter(point -> point.silent() > 0)
            .map(point -> new Silence(point.silent(), point.reporting()));
    ForecastOutcome forecast = situation.forecast();
    return switch (forecast) {
      case NotReady notReady ->
          new Need(
              load,
              silence,
              situation.capacity(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(notReady.reason().label()));
      case Forecast ready when Plan.stepsUntil(ready, now) >= ready.horizon() ->
          new Need(
              load,
              silence,
              situation.capacity(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(NotReady.Reason.LOAD_UNKNOWN.label()));
      case Forecast ready -> {
        Duration lead = situation.leadTime().duration();
        double serviceLevel = situation.scaler().serviceLevel();
        Duration window = lead.plus(settings.interval());
        Duration payBack = settings.lookAhead(lead);
        Plan ahead =
            Plan.ahead(ready, now, window, serviceLevel, situation.peak(), situation.headroom());
        Plan lookAhead =
            situation.peak().isPresent()
                ? Plan.wantedBack(ready, now, payBack, ahead)
                : Plan.of(ready, now, payBack, serviceLevel, situation.headroom());
        yield new Need(
            load,
            silence,
            situation.capacity(),
            Optional.of(ahead),
            Optional.of(lookAhead),
            Optional.empty());
      }
    };
  }

  /** From the need to the recommendation, before stabilization. */
  private int recommend(Situation situation, Need need, Path path) {
    if (need.load().isEmpty() && need.ahead().isEmpty()) {
      return path.current;
    }
    if (need.capacity().isEmpty()) {
      relieve(situation, need, path);
      return path.replicas;
    }
    if (need.ahead().isPresent()) {
      plan(situation, need, path);
    } else {
      react(situation, need, path);
    }
    relieve(situation, need, path);
    if (need.unknown() && path.replicas < path.current) {
      path.clamp(
          Clamp.Rule.UNKNOWN_IS_NOT_ZERO,
          path.current,
          need.load().isEmpty() ? "the load is unknown" : "most replicas are silent");
    } else if (need.silence().isPresent() && path.replicas < path.current) {
      Silence silence = need.silence().get();
      double whole = silence.whole(need.load().getAsDouble());
      int least = Math.min(path.current, need.capacity().get().replicasFor(whole));
      path.clamp(
          Clamp.Rule.UNKNOWN_IS_NOT_ZERO,
          Math.max(path.replicas, least),
          "%d of %d replicas are silent"
              .formatted(silence.silent(), silence.silent() + silence.reporting()));
    }
    return path.replicas;
  }

  private void plan(Situation situation, Need need, Path path) {
    Capacity capacity = need.capacity().orElseThrow();
    Plan ahead = need.ahead().orElseThrow();
    Plan lookAhead = need.lookAhead().orElseThrow();
    double load = need.load().orElse(0);
    path.replicas = capacity.replicasFor(Math.max(load, ahead.stated()));
    double demand = Math.max(load, ahead.load());
    Headroom headroom = ahead.headroom();
    path.clamp(
        Clamp.Rule.HEADROOM,
        capacity.replicasFor(demand),
        "quantile %s × %s, %s"
            .formatted(
                Figures.of(headroom.level()),
                Figures.of(headroom.factor()),
                headroom.origin() == Headroom.Origin.LEARNED ? "learned" : "stated"));
    if (path.replicas < path.current) {
      double borneByAll = path.current * capacity.perReplica();
      demand = Math.min(borneByAll, Math.max(demand, lookAhead.load()));
      path.clamp(
          Clamp.Rule.PAY_BACK,
          Math.min(path.current, capacity.replicasFor(demand)),
          "wanted back by " + Figures.time(lookAhead.at()));
    }
    Behavior behavior = situation.scaler().behavior();
    Hysteresis hysteresis =
        situation.peak().flatMap(Peak::hysteresis).orElse(settings.hysteresis());
    boolean scaleIn = path.replicas < path.current;
    if (path.replicas > path.current) {
      demand = Math.max(demand, lookAhead.load());
      path.clamp(
          Clamp.Rule.RAMP,
          capacity.replicasFor(demand),
          "wanted by " + Figures.time(lookAhead.at()));
    }
    if (path.replicas != path.current) {
      int reserved = PlanRule.withReserve(demand, capacity, hysteresis);
      path.clamp(
          Clamp.Rule.RESERVE,
          scaleIn ? Math.min(path.current, reserved) : reserved,
          Figures.percent(hysteresis.scaleOutReserve()));
    }
    int recommended = PlanRule.recommend(path.current, demand, capacity, behavior, hysteresis);
    path.clamp(
        Clamp.Rule.TOLERANCE,
        recommended,
        Figures.percent(
            scaleIn
                ? Math.max(behavior.scaleDown().tolerance(), hysteresis.scaleInBand())
                : behavior.scaleUp().tolerance()));
  }

  /** The reactive rule: what an HPA would do, and never less than the load needs. */
  private static void react(Situation situation, Need need, Path path) {
    Capacity capacity = need.capacity().orElseThrow();
    double load = need.load().getAsDouble();
    double target = situation.hpaCapacity().orElse(capacity).perReplica();
    int least = capacity.replicasFor(load);
    path.replicas = Math.max(least, HpaRule.forTotal(path.current, load, target, 0));
    path.clamp(
        Clamp.Rule.TOLERANCE,
        Math.max(least, HpaRule.forTotal(path.current, load, target, HpaRule.TOLERANCE)),
        Figures.percent(HpaRule.TOLERANCE));
  }

  /** What is seen to wait is no forecast and no estimate: a bound from below under both. */
  private static void relieve(Situation situation, Need need, Path path) {
    if (need.load().isEmpty() || situation.pressure().isEmpty() || situation.fleet().isEmpty()) {
      return;
    }
    Shortage.of(need.load().getAsDouble(), situation.fleet().get(), situation.pressure().get())
        .ifPresent(shortage ->
            path.clamp(
                Clamp.Rule.SHORTAGE, Math.max(path.replicas, shortage.least()), shortage.detail()));
  }

  /** Stabilization, behavior, bounds, and room. */
  private static void limit(Scaler scaler, Situation situation, int recommended, Path path) {
    Behavior behavior = scaler.behavior();
    Instant now = situation.now();
    DecisionMemory memory = situation.memory().seenWith(path.current).startedAt(now, path.current);
    int stable = BehaviorRules.stabilize(behavior, memory, now, path.current, recommended);
    Duration window =
        recommended > path.current
            ? behavior.scaleUp().stabilizationWindow()
            : behavior.scaleDown().stabilizationWindow();
    path.clamp(
        Clamp.Rule.STABILIZATION, stable, "stabilizationWindowSeconds " + window.toSeconds());
    int limited = BehaviorRules.limit(behavior, memory, now, path.current, stable);
    path.clamp(
        Clamp.Rule.BEHAVIOR,
        limited,
        stable > path.current ? "scaleUp policies" : "scaleDown policies");
    path.beforeBounds = path.replicas;
    bound(scaler, path);
    situation.room().ifPresent(room -> fit(room, path));
  }

  private static void bound(Scaler scaler, Path path) {
    Bounds bounds = scaler.bounds();
    int bounded = bounds.clamp(path.replicas);
    if (scaler.isSizedInOne() && bounds.minReplicas() == bounds.maxReplicas()) {
      path.clamp(Clamp.Rule.LEAST_COST, bounded, "replicas and size as one decision");
    } else {
      path.clamp(
          Clamp.Rule.BOUNDS,
          bounded,
          bounded < path.replicas
              ? "maxReplicas " + bounds.maxReplicas()
              : "minReplicas " + bounds.minReplicas());
    }
  }

  /** What the namespace would refuse is not asked for, and what it is to keep is kept. */
  private static void fit(Room room, Path path) {
    if (path.replicas > path.current) {
      room.most()
          .ifPresent(most ->
              path.clamp(
                  Clamp.Rule.QUOTA,
                  Math.clamp(most.replicas(), path.current, path.replicas),
                  most.by()));
    } else if (path.replicas < path.current) {
      room.least()
          .ifPresent(least ->
              path.clamp(
                  Clamp.Rule.DISRUPTION_BUDGET,
                  Math.clamp(least.replicas(), path.replicas, path.current),
                  least.by()));
    }
  }

  private static Outcome outcome(Need need, Path path) {
    int current = path.current;
    int desired = path.replicas;
    if (desired == current) {
      return new Outcome.Hold(current, holdReason(need, path));
    }
    if (path.beforeBounds == current || (desired > current) != (path.beforeBounds > current)) {
      return new Outcome.Scale(
          current,
          desired,
          path.clamps.stream().anyMatch(clamp -> clamp.rule() == Clamp.Rule.LEAST_COST)
              ? ScaleReason.LEAST_COST
              : ScaleReason.OUT_OF_BOUNDS);
    }
    if (desired < current) {
      return new Outcome.Scale(current, desired, ScaleReason.SURPLUS);
    }
    boolean loadAbove =
        need.ahead().isEmpty() || need.now().orElse(0) > current || path.isShortAbove(current);
    return new Outcome.Scale(
        current,
        desired,
        loadAbove ? ScaleReason.LOAD_ABOVE_CAPACITY : ScaleReason.FORECAST_ABOVE_CAPACITY);
  }

  private static HoldReason holdReason(Need need, Path path) {
    if (need.capacity().isEmpty()) {
      return HoldReason.CAPACITY_UNKNOWN;
    }
    if (need.load().isEmpty() && need.ahead().isEmpty()) {
      return HoldReason.METRICS_MISSING;
    }
    HoldReason reason = HoldReason.ENOUGH;
    for (Clamp clamp : path.clamps) {
      if (clamp.after() != path.current) {
        continue;
      }
      reason =
          switch (clamp.rule()) {
            case HEADROOM, PAY_BACK, RAMP, RESERVE, SHORTAGE, LEAST_COST -> HoldReason.ENOUGH;
            case TOLERANCE -> HoldReason.WITHIN_TOLERANCE;
            case UNKNOWN_IS_NOT_ZERO -> HoldReason.METRICS_MISSING;
            case STABILIZATION -> HoldReason.STABILIZING;
            case BEHAVIOR -> HoldReason.RATE_LIMITED;
            case BOUNDS ->
                clamp.before() > clamp.after() ? HoldReason.AT_MAXIMUM : HoldReason.ENOUGH;
            case QUOTA -> HoldReason.AT_QUOTA;
            case DISRUPTION_BUDGET -> HoldReason.AT_DISRUPTION_BUDGET;
          };
    }
    return reason;
  }

  private Decision untouched(Situation situation, Fleet fleet, HoldReason reason) {
    return record(
        situation,
        fleet,
        need(situation),
        new Path(fleet.specReplicas()),
        new Outcome.Hold(fleet.specReplicas(), reason));
  }

  private static Decision record(
      Situation situation, Fleet fleet, Need need, Path path, Outcome outcome) {
    return new Decision(
        situation.scaler().id(),
        situation.now(),
        situation.mode(),
        fleet,
        need.load(),
        summary(situation, need),
        need.capacity(),
        situation.leadTime().duration(),
        need.now(),
        need.planned(),
        path.clamps,
        outcome,
        situation.hpa(),
        Sentence.of(
            situation,
            outcome,
            need.load(),
            need.ahead(),
            need.lookAhead(),
            need.noForecast(),
            path.clamps));
  }

  private static Decision.ForecastSummary summary(Situation situation, Need need) {
    if (need.ahead().isPresent() && situation.forecast() instanceof Forecast forecast) {
      Instant atLead = situation.now().plus(situation.leadTime().duration());
      int step = Plan.stepsUntil(forecast, atLead) + 1;
      return new Decision.ForecastSummary(
          OptionalDouble.of(need.ahead().get().stated()),
          OptionalDouble.of(forecast.quantile(0.5, step)),
          OptionalDouble.of(forecast.quantile(0.9, step)),
          OptionalDouble.of(forecast.quantile(0.95, step)),
          OptionalDouble.of(forecast.quantile(0.99, step)),
          Optional.of(forecast.model()),
          Optional.empty());
    }
    return new Decision.ForecastSummary(
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        need.noForecast());
  }
}
