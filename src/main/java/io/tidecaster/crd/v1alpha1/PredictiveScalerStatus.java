package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code status} as it is written.
 *
 * @param observedGeneration the generation of the spec that this is about
 * @param currentReplicas replicas asked for when it was last decided
 * @param desiredReplicas replicas that Tidecaster wants; in Advisory nobody is asked for them
 * @param lastDecision the decision that last changed this status
 * @param leadTime how long a new replica takes, and where that is known from
 * @param bounds the bounds in force, with what {@code spec.schedule} makes of them at this time
 * @param conditions one of each type
 */
@RegisterForReflection(
    targets = {
      PredictiveScalerStatus.class,
      PredictiveScalerStatus.LastDecision.class,
      PredictiveScalerStatus.LeadTimeStatus.class,
      PredictiveScalerStatus.BoundsStatus.class,
      PredictiveScalerStatus.Condition.class
    })
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictiveScalerStatus(
    @Nullable Long observedGeneration,
    @Nullable Integer currentReplicas,
    @Nullable Integer desiredReplicas,
    @Nullable LastDecision lastDecision,
    @Nullable LeadTimeStatus leadTime,
    @Nullable BoundsStatus bounds,
    List<Condition> conditions) {

  /** A status that says nothing of the lead time and the bounds. */
  public PredictiveScalerStatus(
      @Nullable Long observedGeneration,
      @Nullable Integer currentReplicas,
      @Nullable Integer desiredReplicas,
      @Nullable LastDecision lastDecision,
      List<Condition> conditions) {
    this(
        observedGeneration, currentReplicas, desiredReplicas, lastDecision, null, null, conditions);
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
   * generation. Sentences and times alone, which are others each minute, make no difference.
   */
  public boolean saysTheSameAs(PredictiveScalerStatus other) {
    return Objects.equals(observedGeneration, other.observedGeneration)
        && Objects.equals(currentReplicas, other.currentReplicas)
        && Objects.equals(desiredReplicas, other.desiredReplicas)
        && Objects.equals(leadTime, other.leadTime)
        && Objects.equals(bounds, other.bounds)
        && conditions.size() == other.conditions.size()
        && conditions.stream()
            .allMatch(mine -> other.condition(mine.type()).filter(mine::saysTheSameAs).isPresent());
  }

  /**
   * This status at a time, after an earlier one: a condition whose status is as it was keeps its
   * time.
   */
  public PredictiveScalerStatus after(Optional<PredictiveScalerStatus> earlier, Instant now) {
    return new PredictiveScalerStatus(
        observedGeneration,
        currentReplicas,
        desiredReplicas,
        lastDecision,
        leadTime,
        bounds,
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

  /** In whole seconds, as Kubernetes writes it. */
  public static String timeOf(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
