package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code status} as it is written.
 *
 * @param observedGeneration the generation of the spec that this is about
 * @param mode the mode in force
 * @param currentReplicas replicas asked for when it was last decided
 * @param desiredReplicas replicas that Tidecaster wants; in Advisory nobody is asked for them
 * @param lastDecision the decision that last changed this status
 * @param leadTime how long a new replica takes, and where that is known from
 * @param bounds the bounds in force, with what {@code spec.schedule} makes of them at this time
 * @param lastScaleTime when a scaling was last written, RFC 3339
 * @param forecast what the last decision went by, likewise {@code capacity}
 * @param accuracy how the forecasts have done
 * @param promotion how its trial stands
 * @param vertical the size of the replicas; absent where it is left alone
 * @param conditions one of each type
 */
@RegisterForReflection(
    targets = {
      PredictiveScalerStatus.class,
      PredictiveScalerStatus.LastDecision.class,
      PredictiveScalerStatus.LeadTimeStatus.class,
      PredictiveScalerStatus.BoundsStatus.class,
      PredictiveScalerStatus.ForecastStatus.class,
      PredictiveScalerStatus.AccuracyStatus.class,
      PredictiveScalerStatus.CapacityStatus.class,
      PredictiveScalerStatus.PromotionStatus.class,
      PredictiveScalerStatus.VerticalStatus.class,
      PredictiveScalerStatus.ContainerStatus.class,
      PredictiveScalerStatus.Condition.class
    })
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictiveScalerStatus(
    @Nullable Long observedGeneration,
    @Nullable String mode,
    @Nullable Integer currentReplicas,
    @Nullable Integer desiredReplicas,
    @Nullable LastDecision lastDecision,
    @Nullable LeadTimeStatus leadTime,
    @Nullable BoundsStatus bounds,
    @Nullable String lastScaleTime,
    @Nullable ForecastStatus forecast,
    @Nullable AccuracyStatus accuracy,
    @Nullable CapacityStatus capacity,
    @Nullable PromotionStatus promotion,
    @Nullable VerticalStatus vertical,
    List<Condition> conditions) {

  /** A status without figures of the workload. */
  public PredictiveScalerStatus(
      @Nullable Long observedGeneration,
      @Nullable Integer currentReplicas,
      @Nullable Integer desiredReplicas,
      @Nullable LastDecision lastDecision,
      List<Condition> conditions) {
    this(
        observedGeneration,
        null,
        currentReplicas,
        desiredReplicas,
        lastDecision,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        conditions);
  }

  public PredictiveScalerStatus {
    conditions = List.copyOf(conditions);
  }

  /**
   * A decision for a person.
   *
   * @param time event time, RFC 3339
   * @param reason the outcome's reason label
   */
  public record LastDecision(String time, String reason, String sentence) {}

  /**
   * How long a new replica takes until it bears load.
   *
   * @param seconds what decisions go by
   * @param origin {@code Stated}, {@code Learned} or {@code Default}
   * @param explanation for a person
   */
  public record LeadTimeStatus(Integer seconds, String origin, String explanation) {}

  /** The least and the most replicas. */
  public record BoundsStatus(Integer minReplicas, Integer maxReplicas) {}

  /**
   * The forecast as it was decided on.
   *
   * @param peak the largest load within the lead time, at the service level's quantile, in the unit
   *     of the load; absent without a forecast
   * @param notReady why there is no forecast
   * @param hourPeak the largest of the next hour, as {@code peak}, and {@code hourPeakAt} its time,
   *     RFC 3339
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ForecastStatus(
      @Nullable Double peak,
      @Nullable String notReady,
      @Nullable Double hourPeak,
      @Nullable String hourPeakAt) {}

  /**
   * How the forecasts of the last time have done.
   *
   * @param skill 1 − their loss ÷ that of the seasonal naive ones; above 0 is better
   * @param trusted whether decisions go by them
   * @param scored how many there were
   */
  public record AccuracyStatus(Double skill, Boolean trusted, Long scored) {}

  /**
   * What a replica bears.
   *
   * @param perReplica in the unit of the load
   * @param origin {@code Stated}, {@code Learned} or {@code Provisional}
   */
  public record CapacityStatus(Double perReplica, String origin) {}

  /**
   * The trial in which advice earns to be followed.
   *
   * @param standing {@code Proving}, {@code Proven}, {@code AccuracyDrifted} or {@code
   *     DearerThanHpa}
   * @param since when it came to stand there, RFC 3339
   * @param daysWon days in a row on which it was no worse than an HPA
   * @param afterDays how many of them it takes
   */
  public record PromotionStatus(
      String standing, String since, Integer daysWon, Integer afterDays) {}

  /**
   * The size of the container that is sized.
   *
   * @param cpu what the largest replica requests, {@code 500m}
   * @param desiredCpu what Tidecaster wants; in Advisory nobody is asked for it
   * @param memory what the largest replica requests, {@code 512Mi}; absent, like the rest of
   *     memory, where that is left as it is
   * @param rollout why the template changes, or waits; absent where no rollout carries a size
   * @param beside the same of the containers beside
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VerticalStatus(
      String container,
      String cpu,
      String desiredCpu,
      String reason,
      String sentence,
      @Nullable String memory,
      @Nullable String desiredMemory,
      @Nullable String memoryReason,
      @Nullable String rollout,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<ContainerStatus> beside) {

    /** What of it a machine reads. */
    private List<List<String>> size() {
      return Stream.concat(
              Stream.of(
                  ContainerStatus.size(
                      container,
                      cpu,
                      desiredCpu,
                      reason,
                      memory,
                      desiredMemory,
                      memoryReason,
                      rollout)),
              beside == null ? Stream.of() : beside.stream().map(ContainerStatus::size))
          .toList();
    }
  }

  /**
   * The size of a container beside the one that bears the load.
   *
   * @param cpu as in {@link VerticalStatus}, likewise all else
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ContainerStatus(
      String container,
      String cpu,
      String desiredCpu,
      String reason,
      String sentence,
      @Nullable String memory,
      @Nullable String desiredMemory,
      @Nullable String memoryReason,
      @Nullable String rollout) {
    private List<String> size() {
      return size(container, cpu, desiredCpu, reason, memory, desiredMemory, memoryReason, rollout);
    }

    private static List<String> size(@Nullable String... figures) {
      return Arrays.stream(figures).map(String::valueOf).toList();
    }
  }

  /**
   * A condition as Kubernetes has them.
   *
   * @param status {@code True}, {@code False} or {@code Unknown}
   * @param lastTransitionTime when the status became what it is, RFC 3339
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Condition(
      String type,
      String status,
      String reason,
      String message,
      String lastTransitionTime,
      @Nullable Long observedGeneration) {

    /** A condition of now. */
    public static Condition of(String type, boolean holds, String reason, String message) {
      return new Condition(type, holds ? "True" : "False", reason, message, "", null);
    }

    /** One of which it is not known whether it holds. */
    public static Condition unknown(String type, String reason, String message) {
      return new Condition(type, "Unknown", reason, message, "", null);
    }

    Condition since(String time, @Nullable Long generation) {
      return new Condition(type, status, reason, message, time, generation);
    }

    boolean saysTheSameAs(Condition other) {
      return type.equals(other.type) && status.equals(other.status) && reason.equals(other.reason);
    }
  }

  /** The condition of that type. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  /**
   * Whether another status says what this one says to a machine: figures, reasons and the
   * generation. Sentences, the forecast, its accuracy, the capacity and the time of the decision,
   * which are others each minute, make no difference.
   */
  public boolean saysTheSameAs(PredictiveScalerStatus other) {
    return Objects.equals(observedGeneration, other.observedGeneration)
        && Objects.equals(mode, other.mode)
        && Objects.equals(currentReplicas, other.currentReplicas)
        && Objects.equals(desiredReplicas, other.desiredReplicas)
        && Objects.equals(leadTime, other.leadTime)
        && Objects.equals(bounds, other.bounds)
        && Objects.equals(lastScaleTime, other.lastScaleTime)
        && Objects.equals(promotion, other.promotion)
        && sizesAs(other)
        && conditions.size() == other.conditions.size()
        && conditions.stream()
            .allMatch(mine -> other.condition(mine.type()).filter(mine::saysTheSameAs).isPresent());
  }

  private static List<List<String>> sizeOf(@Nullable VerticalStatus vertical) {
    return vertical == null ? List.of() : vertical.size();
  }

  private boolean sizesAs(PredictiveScalerStatus other) {
    return sizeOf(vertical).equals(sizeOf(other.vertical));
  }

  /**
   * This status at a time, after an earlier one: a condition whose status is as it was keeps its
   * time.
   */
  public PredictiveScalerStatus after(Optional<PredictiveScalerStatus> earlier, Instant now) {
    return new PredictiveScalerStatus(
        observedGeneration,
        mode,
        currentReplicas,
        desiredReplicas,
        lastDecision,
        leadTime,
        bounds,
        lastScaleTime,
        forecast,
        accuracy,
        capacity,
        promotion,
        vertical,
        conditions.stream()
            .map(condition ->
                condition.since(
                    earlier
                        .flatMap(status -> status.condition(condition.type()))
                        .filter(was -> was.status().equals(condition.status()))
                        .map(Condition::lastTransitionTime)
                        .orElseGet(() -> timeOf(now)),
                    observedGeneration))
            .toList());
  }

  /** Whether the decision that this tells of is younger than the other's by at least so long. */
  public boolean isYoungerBy(Duration least, PredictiveScalerStatus other) {
    return lastDecision != null
        && other.lastDecision != null
        && !Instant.parse(other.lastDecision.time())
            .plus(least)
            .isAfter(Instant.parse(lastDecision.time()));
  }

  /** In whole seconds, as Kubernetes writes it. */
  public static String timeOf(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
