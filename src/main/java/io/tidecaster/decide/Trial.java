package io.tidecaster.decide;

import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Promotion;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The trial in which a scaler earns its trust. While it only advises, its decisions are made on a
 * fleet on paper as well, which follows them as the workload would; once it enforces, the workload
 * itself is what is judged.
 *
 * @param paper the fleet that follows our advice; empty until the workload was seen
 * @param memory of the decisions on it
 * @param before the minute before: what stood through the minute that is judged next
 */
public record Trial(
    Trust trust, Optional<ShadowFleet> paper, DecisionMemory memory, Optional<Before> before) {

  /** What both had at the end of a minute. */
  record Before(Instant at, Decision.Shadow ours, Decision.Shadow hpa) {}

  public static Trial of(Trust trust) {
    return new Trial(trust, Optional.empty(), DecisionMemory.EMPTY, Optional.empty());
  }

  /** The same with another scaler: what stood so far compares with nothing that comes. */
  public Trial begunAnew() {
    return of(trust.withDayBegunAnew());
  }

  /**
   * The trial after one more decision.
   *
   * @param situation what it was made from
   */
  public Trial after(Decider decider, Situation situation, Decision decision, Promotion promotion) {
    if (situation.mode() == Mode.PAUSED
        || situation.fleet().isEmpty()
        || situation.fleet().get().specReplicas() == 0) {
      return new Trial(trust, Optional.empty(), DecisionMemory.EMPTY, Optional.empty());
    }
    Fleet fleet = situation.fleet().get();
    boolean enforcing = situation.mode() == Mode.ENFORCING;
    Trial next = enforcing ? offPaper() : onPaper(decider, situation, fleet);
    Decision.Shadow real = new Decision.Shadow(fleet.specReplicas(), fleet.readyReplicas());
    Decision.Shadow ours = enforcing ? real : next.paper.orElseThrow().shadow();
    Trust judged =
        trust.after(
            situation.now(),
            before.flatMap(
                was -> evidence(was, decision, enforcing ? Optional.of(real) : Optional.empty())),
            situation.forecast(),
            situation.scaler().serviceLevel(),
            promotion);
    return new Trial(
        judged,
        next.paper,
        next.memory,
        Optional.of(new Before(situation.now(), ours, decision.hpa())));
  }

  private Trial offPaper() {
    return new Trial(trust, Optional.empty(), DecisionMemory.EMPTY, before);
  }

  /** Decides on the fleet on paper, and lets it follow. */
  private Trial onPaper(Decider decider, Situation situation, Fleet fleet) {
    Scaler scaler = situation.scaler();
    Duration leadTime = situation.leadTime().duration();
    ShadowFleet arrived =
        paper
            .orElseGet(() -> ShadowFleet.of(scaler, fleet.specReplicas()))
            .within(scaler.bounds())
            .arrivedAt(situation.now());
    Decision advice =
        decider.decide(
            situation.on(
                new Fleet(arrived.desired(), arrived.ready(), fleet.cpuRequestCores(), "paper"),
                memory));
    return new Trial(
        trust,
        Optional.of(arrived.follow(advice.desiredReplicas(), situation.now(), leadTime)),
        memory.after(advice),
        before);
  }

  /** The minute that has just ended; empty where it was no minute, or its load is not known. */
  private static Optional<Trust.Evidence> evidence(
      Before was, Decision decision, Optional<Decision.Shadow> real) {
    boolean oneMinute = Duration.between(was.at(), decision.at()).equals(Duration.ofMinutes(1));
    if (!oneMinute || decision.load().isEmpty() || decision.capacity().isEmpty()) {
      return Optional.empty();
    }
    Decision.Shadow ours =
        real.map(now ->
                new Decision.Shadow(
                    now.desiredReplicas(),
                    Math.min(was.ours().readyReplicas(), now.readyReplicas())))
            .orElse(was.ours());
    return Optional.of(
        new Trust.Evidence(
            decision.load().getAsDouble(), decision.capacity().get(), ours, was.hpa()));
  }
}
