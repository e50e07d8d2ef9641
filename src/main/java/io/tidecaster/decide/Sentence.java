package io.tidecaster.decide;

import io.tidecaster.workload.Mode;
import io.tidecaster.workload.SeriesSelector;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One decision and its reason in one sentence for a person. */
final class Sentence {
  private final Situation situation;
  private final OptionalDouble load;
  private final Optional<Plan> ahead;
  private final Optional<Plan> lookAhead;
  private final String unit;

  private Sentence(
      Situation situation, OptionalDouble load, Optional<Plan> ahead, Optional<Plan> lookAhead) {
    this.situation = situation;
    this.load = load;
    this.ahead = ahead;
    this.lookAhead = lookAhead;
    this.unit =
        situation.scaler().load().series().type() == SeriesSelector.Type.COUNTER
            ? " requests/s"
            : "";
  }

  static String of(
      Situation situation,
      Outcome outcome,
      OptionalDouble load,
      Optional<Plan> ahead,
      Optional<Plan> lookAhead,
      Optional<String> noForecast,
      List<Clamp> clamps) {
    Sentence sentence = new Sentence(situation, load, ahead, lookAhead);
    StringBuilder text = new StringBuilder(160);
    switch (outcome) {
      case Outcome.Scale scale -> sentence.scale(text, scale, clamps);
      case Outcome.Hold hold -> sentence.hold(text, hold, clamps);
    }
    if (noForecast.isPresent() && load.isPresent() && situation.mode() != Mode.PAUSED) {
      text.append("; without a forecast (")
          .append(noForecast.get())
          .append(") the reactive rule decides");
    }
    text.append("; an HPA would have ").append(situation.hpa().desiredReplicas()).append('.');
    return text.toString();
  }

  private void scale(StringBuilder text, Outcome.Scale scale, List<Clamp> clamps) {
    text.append(situation.mode() == Mode.ENFORCING ? "Scaling " : "Advising to scale ")
        .append(name())
        .append(" from ")
        .append(scale.from())
        .append(" to ")
        .append(scale.to())
        .append(": ");
    switch (scale.reason()) {
      case FORECAST_ABOVE_CAPACITY -> forecast(text, ahead, "for ");
      case LOAD_ABOVE_CAPACITY -> load(text);
      case SURPLUS -> {
        load(text);
        if (lookAhead.isPresent()) {
          text.append(" and ");
          forecast(text, lookAhead, "for ");
        }
      }
      case OUT_OF_BOUNDS, LEAST_COST -> {
        outOfBounds(text, clamps);
        return;
      }
    }
    bear(text, scale.to());
    shortage(text, clamps);
    limits(text, clamps);
  }

  private void hold(StringBuilder text, Outcome.Hold hold, List<Clamp> clamps) {
    text.append("Holding ").append(name()).append(" at ").append(hold.replicas()).append(": ");
    switch (hold.reason()) {
      case ENOUGH,
          WITHIN_TOLERANCE,
          STABILIZING,
          RATE_LIMITED,
          AT_MAXIMUM,
          AT_QUOTA,
          AT_DISRUPTION_BUDGET -> {
        load(text);
        if (ahead.isPresent()) {
          text.append(" and ");
          forecast(text, ahead, "for ");
        }
        bear(text, hold.replicas());
        shortage(text, clamps);
        limits(text, clamps);
      }
      case METRICS_MISSING -> {
        text.append(unknown(clamps)).append(", and unknown is not zero");
      }
      case CAPACITY_UNKNOWN -> text.append("what a replica bears is not known yet");
      case SWITCHED_OFF -> text.append("it is asked for 0 replicas, so it is switched off");
      case PAUSED -> text.append("the mode is Paused");
      case TARGET_UNKNOWN -> {
        text.append("it could not be read from the cluster");
        wanted(text);
      }
    }
  }

  /** What would be needed, for a person to act on. */
  private void wanted(StringBuilder text) {
    if (situation.capacity().isEmpty() || (load.isEmpty() && ahead.isEmpty())) {
      return;
    }
    double demand = Math.max(load.orElse(0), ahead.map(Plan::load).orElse(0.0));
    int replicas = situation.capacity().get().replicasFor(demand);
    text.append("; ");
    if (ahead.isPresent()) {
      forecast(text, ahead, "for ");
    } else {
      load(text);
    }
    text.append(", which takes ")
        .append(situation.scaler().bounds().clamp(replicas))
        .append(" replicas");
  }

  private static String unknown(List<Clamp> clamps) {
    return clamps.stream()
        .filter(clamp -> clamp.rule() == Clamp.Rule.UNKNOWN_IS_NOT_ZERO)
        .map(Clamp::detail)
        .findFirst()
        .orElse("the load is unknown");
  }

  private void load(StringBuilder text) {
    if (load.isPresent()) {
      text.append("the load is ").append(Figures.of(load.getAsDouble())).append(unit);
    } else {
      text.append("the load is unknown");
    }
  }

  private void forecast(StringBuilder text, Optional<Plan> plan, String preposition) {
    Plan peak = plan.orElseThrow();
    Headroom headroom = peak.headroom();
    text.append("the forecast ")
        .append(preposition)
        .append(Figures.time(peak.at()))
        .append(" (")
        .append(Figures.percent(headroom.level()));
    if (headroom.factor() != 1) {
      text.append(" × ").append(Figures.of(headroom.factor()));
    }
    text.append(") is ").append(Figures.of(peak.load())).append(unit);
  }

  private void bear(StringBuilder text, int replicas) {
    situation
        .capacity()
        .ifPresent(capacity ->
            text.append(", ")
                .append(replicas)
                .append(replicas == 1 ? " replica bears " : " replicas bear ")
                .append(Figures.of(replicas * capacity.perReplica())));
  }

  private static void shortage(StringBuilder text, List<Clamp> clamps) {
    clamps.stream()
        .filter(clamp -> clamp.rule() == Clamp.Rule.SHORTAGE)
        .forEach(clamp -> text.append("; ").append(clamp.detail()));
  }

  private static void outOfBounds(StringBuilder text, List<Clamp> clamps) {
    for (Clamp clamp : clamps) {
      if (isBound(clamp)) {
        text.append(clamp.detail());
      }
    }
    if (!isBound(clamps.getLast())) {
      limits(text, clamps);
    }
  }

  private static boolean isBound(Clamp clamp) {
    return clamp.rule() == Clamp.Rule.BOUNDS || clamp.rule() == Clamp.Rule.LEAST_COST;
  }

  /** What held the number back, the last rule first of all. */
  private static void limits(StringBuilder text, List<Clamp> clamps) {
    for (Clamp clamp : clamps.reversed()) {
      switch (clamp.rule()) {
        case TOLERANCE -> text.append("; within the tolerance of ").append(clamp.detail());
        case UNKNOWN_IS_NOT_ZERO -> text.append("; no scale-in while ").append(clamp.detail());
        case STABILIZATION, BEHAVIOR, BOUNDS, LEAST_COST ->
            text.append("; ")
                .append(clamp.detail())
                .append(" made ")
                .append(clamp.after())
                .append(" of ")
                .append(clamp.before());
        case QUOTA ->
            text.append("; there is room for ")
                .append(clamp.after())
                .append(", not ")
                .append(clamp.before())
                .append(", by ")
                .append(clamp.detail())
                .append("; raise it");
        case DISRUPTION_BUDGET ->
            text.append("; ")
                .append(clamp.after())
                .append(" stay, not ")
                .append(clamp.before())
                .append(", by ")
                .append(clamp.detail());
        case HEADROOM, PAY_BACK, RAMP, RESERVE, SHORTAGE -> {
          continue;
        }
      }
      return;
    }
  }

  private String name() {
    return situation.scaler().id().namespace() + "/" + situation.scaler().target().name();
  }
}
