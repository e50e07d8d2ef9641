package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Situations to decide on: 100 requests/s a replica, 3 to 3 minutes of lead time, 2 to 10. */
final class Situations {
  static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  static final NotReady NOT_READY =
      new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "12 min of history < 60 min");

  /** No stabilization and no policy that would bind. */
  static final Behavior FREE =
      new Behavior(
          new Behavior.Rules(Duration.ZERO, Behavior.SelectPolicy.MAX, pods(1000), 0),
          new Behavior.Rules(Duration.ZERO, Behavior.SelectPolicy.MAX, pods(1000), 0));

  private Situations() {}

  static List<Behavior.Policy> pods(int value) {
    return List.of(new Behavior.Policy(Behavior.Policy.Type.PODS, value, Duration.ofSeconds(15)));
  }

  static Scaler scaler(Behavior behavior) {
    return new Scaler(
        new ScalerId("crm", "crm"),
        new TargetRef("apps/v1", "Deployment", "crm-deployment"),
        Mode.ENFORCING,
        new Bounds(2, 10),
        new Source(
            new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty()),
        Optional.empty(),
        new Objective.RequestsPerReplica(100),
        new Objective.RequestsPerReplica(70),
        0.95,
        new LeadTime.Learned(),
        behavior);
  }

  /** Flat from the first step to the 60th; 10 % more at the 0.95 quantile than at the median. */
  static Forecast flat(Instant issuedAt, double q95) {
    return rising(issuedAt, q95, q95, 60);
  }

  /** {@code before} at the 0.95 quantile, and {@code after} from step {@code from} on. */
  static Forecast rising(Instant issuedAt, double before, double after, int from) {
    List<Double> q95 = new java.util.ArrayList<>(Collections.nCopies(60, after));
    for (int step = 1; step < from; step++) {
      q95.set(step - 1, before);
    }
    List<Double> median = q95.stream().map(value -> value / 1.1).toList();
    return new Forecast(
        issuedAt, Duration.ofMinutes(1), List.of(0.5, 0.95), List.of(median, q95), "Stated");
  }

  static LoadPoint load(Instant end, double load) {
    return new LoadPoint(
        end.minusSeconds(60), OptionalDouble.of(load), OptionalDouble.empty(), 3, 0);
  }

  static Fleet fleet(int replicas) {
    return new Fleet(replicas, replicas, OptionalDouble.of(1), "1");
  }

  static Given given(int replicas, double load) {
    Instant now = NINE;
    return new Given(
        new Situation(
            scaler(FREE),
            Mode.ENFORCING,
            now,
            Optional.of(fleet(replicas)),
            Optional.of(load(now, load)),
            NOT_READY,
            Optional.of(new Capacity(100, Capacity.Origin.STATED)),
            Optional.of(new Capacity(70, Capacity.Origin.STATED)),
            LeadTimeEstimate.DEFAULT,
            Optional.empty(),
            Headroom.stated(0.95),
            DecisionMemory.EMPTY,
            new Decision.Shadow(4, 4)));
  }

  /** A situation and its variations. */
  record Given(Situation situation) {

    /** By a decider that keeps no reserve and no band, but for a test of just these. */
    Decision decide() {
      return new Decider(
              new Decider.Settings(Duration.ofMinutes(1), Duration.ofMinutes(3), 2, 0, 0))
          .decide(situation);
    }

    Given at(Instant now) {
      Situation s = situation;
      return with(s.scaler(), s.mode(), now, s.fleet(), s.load(), s.forecast(), s.capacity());
    }

    Given forecast(double q95) {
      return forecast(flat(situation.now(), q95));
    }

    Given forecast(ForecastOutcome forecast) {
      Situation s = situation;
      return with(s.scaler(), s.mode(), s.now(), s.fleet(), s.load(), forecast, s.capacity());
    }

    /** Of which one decision over replicas and their size asks for so many. */
    Given sizedInOne(int replicas) {
      Situation s = situation;
      Scaler sized =
          new Scaler(
                  s.scaler().id(),
                  s.scaler().target(),
                  Mode.ENFORCING,
                  new Bounds(replicas, replicas),
                  s.scaler().load(),
                  Optional.of(s.scaler().load()),
                  s.scaler().objective(),
                  s.scaler().hpaObjective(),
                  0.95,
                  s.scaler().leadTime(),
                  s.scaler().behavior())
              .withVertical(
                  new Vertical(
                      "web",
                      250,
                      4000,
                      Vertical.Values.REQUESTS_ONLY,
                      0.8,
                      6,
                      Optional.empty(),
                      Optional.of(new Prices(0.04, 0.005)),
                      Optional.empty(),
                      Optional.empty()));
      return with(sized, s.mode(), s.now(), s.fleet(), s.load(), s.forecast(), s.capacity());
    }

    Given behavior(Behavior behavior) {
      Situation s = situation;
      return with(
          scaler(behavior), s.mode(), s.now(), s.fleet(), s.load(), s.forecast(), s.capacity());
    }

    Given mode(Mode mode) {
      Situation s = situation;
      return with(s.scaler(), mode, s.now(), s.fleet(), s.load(), s.forecast(), s.capacity());
    }

    Given fleet(Optional<Fleet> fleet) {
      Situation s = situation;
      return with(s.scaler(), s.mode(), s.now(), fleet, s.load(), s.forecast(), s.capacity());
    }

    Given load(Optional<LoadPoint> load) {
      Situation s = situation;
      return with(s.scaler(), s.mode(), s.now(), s.fleet(), load, s.forecast(), s.capacity());
    }

    Given noCapacity() {
      Situation s = situation;
      return with(
          s.scaler(), s.mode(), s.now(), s.fleet(), s.load(), s.forecast(), Optional.empty());
    }

    Given headroom(Headroom headroom) {
      Situation s = situation;
      return with(s.peak(), headroom, s.memory(), s.hpa(), s.pressure());
    }

    Given peak(Peak peak) {
      Situation s = situation;
      return with(Optional.of(peak), s.headroom(), s.memory(), s.hpa(), s.pressure());
    }

    Given most(int replicas) {
      return new Given(
          situation.within(
              new Room(
                  Optional.of(
                      new Room.Limit(
                          replicas, "ResourceQuota compute: pods 8 of 9 used, 1 a replica")),
                  Optional.empty())));
    }

    Given least(int replicas) {
      return new Given(
          situation.within(
              new Room(
                  Optional.empty(),
                  Optional.of(
                      new Room.Limit(
                          replicas,
                          "PodDisruptionBudget web: 6 of 6 healthy, 5 must be, 1 may go")))));
    }

    Given shadow(Decision.Shadow hpa) {
      Situation s = situation;
      return with(s.peak(), s.headroom(), s.memory(), hpa, s.pressure());
    }

    Given remembering(DecisionMemory memory) {
      Situation s = situation;
      return with(s.peak(), s.headroom(), memory, s.hpa(), s.pressure());
    }

    Given pressure(Pressure pressure) {
      Situation s = situation;
      return with(s.peak(), s.headroom(), s.memory(), s.hpa(), Optional.of(pressure));
    }

    private Given with(
        Optional<Peak> peak,
        Headroom headroom,
        DecisionMemory memory,
        Decision.Shadow hpa,
        Optional<Pressure> pressure) {
      Situation s = situation;
      return new Given(
          new Situation(
              s.scaler(),
              s.mode(),
              s.now(),
              s.fleet(),
              s.load(),
              s.forecast(),
              s.capacity(),
              s.hpaCapacity(),
              s.leadTime(),
              peak,
              headroom,
              memory,
              hpa,
              s.room(),
              pressure));
    }

    private Given with(
        Scaler scaler,
        Mode mode,
        Instant now,
        Optional<Fleet> fleet,
        Optional<LoadPoint> load,
        ForecastOutcome forecast,
        Optional<Capacity> capacity) {
      Situation s = situation;
      return new Given(
          new Situation(
              scaler,
              mode,
              now,
              fleet,
              load,
              forecast,
              capacity,
              s.hpaCapacity(),
              s.leadTime(),
              s.peak(),
              s.headroom(),
              s.memory(),
              s.hpa(),
              s.room(),
              s.pressure()));
    }
  }
}
