package io.tidecaster.act;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.ThrottlingSigns;
import io.tidecaster.workload.WorkCalendar;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.eclipse.microprofile.config.spi.Converter;

/** Scalers and decisions for tests. */
final class Given {
  static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");

  /** What holds where nothing is configured. */
  static final KubernetesLimits LIMITS = KubernetesLimits.of(kubernetesConfig(Map.of()));

  private Given() {}

  static KubernetesConfig kubernetesConfig(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .withMapping(KubernetesConfig.class)
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .withConverters(new Converter<?>[] {new DurationConverter()})
        .build()
        .getConfigMapping(KubernetesConfig.class);
  }

  /** The same under a limit of which one asks. */
  static Scaler throttled(Scaler scaler, ThrottlingSigns signs) {
    return new Scaler(
        scaler.id(),
        scaler.target(),
        scaler.mode(),
        scaler.bounds(),
        scaler.load(),
        scaler.cpu(),
        scaler.objective(),
        scaler.hpaObjective(),
        scaler.serviceLevel(),
        scaler.leadTime(),
        scaler.behavior(),
        scaler.actuation(),
        scaler.calendar(),
        scaler.schedule(),
        scaler.balance(),
        scaler.promotion(),
        scaler.vertical(),
        scaler.pressure(),
        Optional.of(signs));
  }

  static Scaler scaler(String namespace, String apiVersion, String kind, String name) {
    return scaler(namespace, apiVersion, kind, name, Actuation.AUTO);
  }

  static Scaler deployment(String namespace, String name, Actuation actuation) {
    return scaler(namespace, "apps/v1", "Deployment", name, actuation);
  }

  private static Scaler scaler(
      String namespace, String apiVersion, String kind, String name, Actuation actuation) {
    return new Scaler(
        new ScalerId(namespace, name),
        new TargetRef(apiVersion, kind, name),
        Mode.ENFORCING,
        new Bounds(1, 10),
        new Source(
            new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty()),
        Optional.of(
            new Source(
                new SeriesSelector("cpu_seconds_total", SeriesSelector.Type.COUNTER, Map.of()),
                Optional.empty())),
        new Objective.RequestsPerReplica(100),
        new Objective.RequestsPerReplica(100),
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT,
        actuation,
        WorkCalendar.NONE,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with other bounds at their time. */
  static Scaler scheduled(Scaler scaler, BoundsWindow window) {
    return scaler.withSchedule(List.of(window));
  }

  static Scaler deployment(String namespace, String name) {
    return scaler(namespace, "apps/v1", "Deployment", name);
  }

  static Fleet fleet(int replicas) {
    return new Fleet(replicas, replicas, OptionalDouble.empty(), "7");
  }

  static Outcome scale(int from, int to) {
    return new Outcome.Scale(from, to, ScaleReason.FORECAST_ABOVE_CAPACITY);
  }

  static Outcome hold(int replicas, HoldReason reason) {
    return new Outcome.Hold(replicas, reason);
  }

  static Decision decision(ScalerId id, Mode mode, int replicas, Outcome outcome) {
    return decision(id, mode, replicas, outcome, outcome.reasonLabel() + " for a person");
  }

  static Decision decision(ScalerId id, Mode mode, int replicas, Outcome outcome, String sentence) {
    return new Decision(
        id,
        AT,
        mode,
        fleet(replicas),
        OptionalDouble.of(420),
        new Decision.ForecastSummary(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.of("TooLittleHistory")),
        Optional.empty(),
        Duration.ofMinutes(3),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        outcome,
        new Decision.Shadow(replicas, replicas),
        sentence);
  }
}
