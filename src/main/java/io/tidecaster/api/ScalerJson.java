package io.tidecaster.api;

import io.tidecaster.decide.Decision;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.TargetRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A scaler as it stands. */
@Schema(
    name = "Scaler",
    description = "A scaler as it stands; what a decision tells is null before the first one.",
    requiredProperties = {
      "namespace",
      "name",
      "target",
      "mode",
      "modeInForce",
      "installationMode",
      "bounds",
      "boundsInForce",
      "schedule",
      "objective",
      "serviceLevel",
      "at",
      "currentReplicas",
      "readyReplicas",
      "desiredReplicas",
      "load",
      "loadType",
      "capacity",
      "leadTimeSeconds",
      "reason",
      "sentence",
      "hpa",
      "comparison",
      "promotion",
      "size",
      "sizesBeside"
    })
public record ScalerJson(
    @Schema(examples = "crm") String namespace,
    @Schema(examples = "crm-web") String name,
    TargetJson target,
    @Schema(
            description = "The mode that the scaler is set to.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Enforcing")
        String mode,
    @Schema(
            description = "The lesser of mode and installationMode: what holds.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Advisory")
        String modeInForce,
    @Schema(
            description = "The installation's mode: the ceiling over each scaler's.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Advisory")
        String installationMode,
    BoundsJson bounds,
    BoundsJson boundsInForce,
    List<WindowJson> schedule,
    ObjectiveJson objective,
    @Schema(description = "Probability with which the replicas are to suffice.", examples = "0.95")
        double serviceLevel,
    @Schema(
            nullable = true,
            description = "Event time of the last decision, whose figures these are.",
            examples = "2026-05-04T09:31:00Z")
        @Nullable Instant at,
    @Schema(nullable = true, description = "Replicas the workload is asked for.", examples = "3")
        @Nullable Integer currentReplicas,
    @Schema(nullable = true, description = "Replicas that bear load.", examples = "3")
        @Nullable Integer readyReplicas,
    @Schema(nullable = true, description = "Replicas that Tidecaster asks for.", examples = "6")
        @Nullable Integer desiredReplicas,
    @Schema(
            nullable = true,
            description = "The load of the last minute; null where unknown.",
            examples = "331.5")
        @Nullable Double load,
    @Schema(
            description = "Counter: a load is requests a second. Gauge: it is in the series' unit.",
            enumeration = {"Counter", "Gauge"},
            examples = "Counter")
        String loadType,
    @Schema(nullable = true) @Nullable CapacityJson capacity,
    @Schema(
            nullable = true,
            description = "How long a new replica takes to bear load.",
            examples = "180")
        @Nullable Double leadTimeSeconds,
    @Schema(
            nullable = true,
            description = "The last decision's.",
            examples = "ForecastAboveCapacity")
        @Nullable String reason,
    @Schema(
            nullable = true,
            description = "The last decision's.",
            examples = "Scale 3 → 6: 640 requests/s are forecast in 3 min, 3 replicas bear 360.")
        @Nullable String sentence,
    @Schema(nullable = true) @Nullable ShadowJson hpa,
    @Schema(nullable = true, description = "Null until a minute was counted.")
        @Nullable ComparisonJson comparison,
    @Schema(nullable = true, description = "Null where the scaler is on no trial.")
        @Nullable PromotionJson promotion,
    @Schema(nullable = true, description = "Null where replicas are left as large as they are.")
        @Nullable SizeJson size,
    @Schema(description = "The same of the containers beside that one; empty where none is sized.")
        List<SizeJson> sizesBeside) {

  /** What is scaled. */
  @Schema(
      name = "Target",
      description = "What is scaled: any object with a /scale subresource.",
      requiredProperties = {"apiVersion", "kind", "name"})
  public record TargetJson(
      @Schema(examples = "apps/v1") String apiVersion,
      @Schema(examples = "Deployment") String kind,
      @Schema(examples = "crm-web") String name) {

    private static TargetJson of(TargetRef target) {
      return new TargetJson(target.apiVersion(), target.kind(), target.name());
    }
  }

  /** The least and the most replicas. */
  @Schema(
      name = "Bounds",
      description = "The least and the most replicas, both inclusive.",
      requiredProperties = {"minReplicas", "maxReplicas"})
  public record BoundsJson(
      @Schema(examples = "2") int minReplicas, @Schema(examples = "10") int maxReplicas) {

    private static BoundsJson of(Bounds bounds) {
      return new BoundsJson(bounds.minReplicas(), bounds.maxReplicas());
    }
  }

  /** Other bounds at their time. */
  @Schema(
      name = "BoundsWindow",
      description = "Bounds that replace the scaler's own in a window of time.",
      requiredProperties = {"cron", "durationSeconds", "timeZone", "minReplicas", "maxReplicas"})
  public record WindowJson(
      @Schema(examples = "0 8 * * MON-FRI") String cron,
      @Schema(examples = "36000") double durationSeconds,
      @Schema(examples = "Asia/Shanghai") String timeZone,
      @Schema(nullable = true, examples = "4") @Nullable Integer minReplicas,
      @Schema(nullable = true, examples = "20") @Nullable Integer maxReplicas) {

    private static WindowJson of(BoundsWindow window) {
      return new WindowJson(
          window.cron(),
          DecisionJson.seconds(window.duration()),
          window.timeZone().getId(),
          window.minReplicas().orElse(null),
          window.maxReplicas().orElse(null));
    }
  }

  /** What a replica may bear: one of the three is there. */
  @Schema(
      name = "Objective",
      description = "What one replica may bear; exactly one is not null.",
      requiredProperties = {"targetUtilization", "requestsPerReplica", "latency"})
  public record ObjectiveJson(
      @Schema(nullable = true, description = "CPU used ÷ CPU requested.", examples = "0.5")
          @Nullable Double targetUtilization,
      @Schema(nullable = true, description = "In the unit of the load.", examples = "120")
          @Nullable Double requestsPerReplica,
      @Schema(nullable = true) @Nullable LatencyJson latency) {

    /** A response time that a share of the requests stays under. */
    @Schema(
        name = "Latency",
        requiredProperties = {"quantile", "seconds"})
    public record LatencyJson(
        @Schema(examples = "0.95") double quantile, @Schema(examples = "0.3") double seconds) {}

    private static ObjectiveJson of(Objective objective) {
      return switch (objective) {
        case Objective.TargetUtilization target -> new ObjectiveJson(target.ratio(), null, null);
        case Objective.RequestsPerReplica requests ->
            new ObjectiveJson(null, requests.requestsPerSecond(), null);
        case Objective.Latency latency ->
            new ObjectiveJson(
                null,
                null,
                new LatencyJson(latency.quantile(), DecisionJson.seconds(latency.responseTime())));
      };
    }
  }

  /**
   * The scaler under this ceiling.
   *
   * @param installation the installation's mode
   */
  public static ScalerJson of(ScalerState state, Mode installation) {
    Scaler scaler = state.scaler();
    Optional<Decision> last = state.lastDecision();
    return new ScalerJson(
        scaler.id().namespace(),
        scaler.id().name(),
        TargetJson.of(scaler.target()),
        state.mode().label(),
        state.mode().cappedBy(installation).label(),
        installation.label(),
        BoundsJson.of(scaler.bounds()),
        BoundsJson.of(state.inForce()),
        scaler.schedule().stream().map(WindowJson::of).toList(),
        ObjectiveJson.of(scaler.objective()),
        scaler.serviceLevel(),
        last.map(Decision::at).orElse(null),
        last.map(decision -> decision.fleet().specReplicas()).orElse(null),
        last.map(decision -> decision.fleet().readyReplicas()).orElse(null),
        last.map(Decision::desiredReplicas).orElse(null),
        last.map(decision -> DecisionJson.orNull(decision.load())).orElse(null),
        scaler.load().series().type().label(),
        last.flatMap(Decision::capacity).map(CapacityJson::of).orElse(null),
        last.map(decision -> DecisionJson.seconds(decision.leadTime()))
            .or(() -> stated(scaler.leadTime()))
            .orElse(null),
        last.map(decision -> decision.outcome().reasonLabel()).orElse(null),
        last.map(Decision::sentence).orElse(null),
        last.map(decision -> ShadowJson.of(decision.hpa())).orElse(null),
        state.comparison().map(ComparisonJson::of).orElse(null),
        state
            .trust()
            .flatMap(trust -> scaler.trial().map(promotion -> PromotionJson.of(trust, promotion)))
            .orElse(null),
        state.size().map(SizeJson::of).orElse(null),
        SizeJson.beside(state.size()));
  }

  private static Optional<Double> stated(LeadTime leadTime) {
    return switch (leadTime) {
      case LeadTime.Fixed fixed -> Optional.of(DecisionJson.seconds(fixed.duration()));
      case LeadTime.Learned _ -> Optional.empty();
    };
  }
}
