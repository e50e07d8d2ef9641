package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code spec} as it is written. A component that is not nullable is required; {@link
 * SpecTranslation} says what an absent one means.
 *
 * @param mode {@code Paused}, {@code Advisory} or {@code Enforcing}
 * @param leadTime {@code Learned}, or a duration
 */
@RegisterForReflection(
    targets = {
      PredictiveScalerSpec.class,
      PredictiveScalerSpec.ScaleTargetRef.class,
      PredictiveScalerSpec.LoadSpec.class,
      PredictiveScalerSpec.HaproxyLoad.class,
      PredictiveScalerSpec.Signal.class,
      PredictiveScalerSpec.Series.class,
      PredictiveScalerSpec.Usage.class,
      PredictiveScalerSpec.ObjectiveSpec.class,
      PredictiveScalerSpec.CompareWith.class,
      PredictiveScalerSpec.Window.class,
      PredictiveScalerSpec.Horizontal.class,
      PredictiveScalerSpec.BehaviorSpec.class,
      PredictiveScalerSpec.Rules.class,
      PredictiveScalerSpec.Policy.class,
      PredictiveScalerSpec.CalendarSpec.class,
      PredictiveScalerSpec.Hours.class,
      PredictiveScalerSpec.FeedSpec.class,
      PredictiveScalerSpec.BalanceSpec.class,
      PredictiveScalerSpec.HaproxySpec.class,
      PredictiveScalerSpec.PromotionSpec.class,
      PredictiveScalerSpec.VerticalSpec.class,
      PredictiveScalerSpec.ContainerSpec.class,
      PredictiveScalerSpec.ContainerUsage.class,
      PredictiveScalerSpec.Resources.class,
      PredictiveScalerSpec.PricesSpec.class,
      Quantity.class
    })
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictiveScalerSpec(
    ScaleTargetRef scaleTargetRef,
    @Nullable String mode,
    @Nullable Integer minReplicas,
    Integer maxReplicas,
    @Nullable List<Window> schedule,
    LoadSpec load,
    @Nullable Usage usage,
    ObjectiveSpec objective,
    @Nullable CompareWith compareWith,
    @Nullable Double serviceLevel,
    @Nullable String leadTime,
    @Nullable Horizontal horizontal,
    @Nullable BehaviorSpec behavior,
    @Nullable CalendarSpec calendar,
    @Nullable BalanceSpec balance,
    @Nullable PromotionSpec promotion,
    @Nullable VerticalSpec vertical) {

  /** What is scaled: anything with a {@code /scale} subresource in the resource's namespace. */
  public record ScaleTargetRef(String apiVersion, String kind, String name) {}

  /**
   * What arrives; exactly one of {@code series} and {@code haproxy}.
   *
   * @param query the same in PromQL, a rate where the series is a counter; for backfill
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LoadSpec(
      @Nullable Series series, @Nullable String query, @Nullable HaproxyLoad haproxy) {}

  /**
   * The load as HAProxy's own exporter tells it.
   *
   * @param matchLabels labels that its series must carry, beside {@code proxy}
   * @param waitSeconds a mean wait for a replica of this length is no shortage yet
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HaproxyLoad(
      String backend, @Nullable Map<String, String> matchLabels, @Nullable Double waitSeconds) {}

  /**
   * Where a signal comes from.
   *
   * @param query the same in PromQL, a rate where the series is a counter; for backfill
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Signal(Series series, @Nullable String query) {}

  /**
   * Which Prometheus series.
   *
   * @param type {@code Counter} or {@code Gauge}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Series(String metric, String type, @Nullable Map<String, String> matchLabels) {}

  /**
   * What capacity is learned from.
   *
   * @param cpu CPU used by the replicas; cores once it is a rate
   * @param memory bytes used by each replica, one series a replica
   * @param throttling how often CPU limits hold the replicas back
   * @param containers what the containers beside the one that bears the load use
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Usage(
      @Nullable Signal cpu,
      @Nullable Signal memory,
      @Nullable ThrottlingSpec throttling,
      @Nullable List<ContainerUsage> containers) {}

  /**
   * What one of the containers beside uses.
   *
   * @param cpu CPU that it uses in all replicas; cores once it is a rate
   * @param memory bytes that it uses in each replica, one series a replica
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ContainerUsage(String name, Signal cpu, @Nullable Signal memory) {}

  /**
   * How often CPU limits hold the replicas back, as cAdvisor tells.
   *
   * @param matchLabels labels that the series must carry, beside namespace and container
   * @param throttledMetric counts the periods that were cut short
   * @param periodsMetric counts all periods
   * @param maxShare more than this is throttling, a percentage
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ThrottlingSpec(
      @Nullable Map<String, String> matchLabels,
      @Nullable String throttledMetric,
      @Nullable String periodsMetric,
      @Nullable String maxShare) {}

  /**
   * What one replica may bear; exactly one of these.
   *
   * @param targetUtilization CPU used ÷ CPU requested, a percentage
   * @param requestsPerReplica load a replica, in the unit of the load
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObjectiveSpec(
      @Nullable String targetUtilization, @Nullable Quantity requestsPerReplica) {}

  /**
   * What runs beside in the shadow.
   *
   * @param hpa what an HPA of this workload is given
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CompareWith(@Nullable ObjectiveSpec hpa) {}

  /**
   * Other bounds for a time that comes again.
   *
   * @param cron when it begins
   * @param duration how long it lasts
   * @param timeZone UTC where absent
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Window(
      String cron,
      String duration,
      @Nullable String timeZone,
      @Nullable Integer minReplicas,
      @Nullable Integer maxReplicas) {}

  /**
   * How the replicas are changed.
   *
   * @param actuator {@code Auto}, {@code Scale}, {@code HpaFloor} or {@code Keda}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Horizontal(@Nullable String actuator) {}

  /** HPA v2's {@code behavior}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record BehaviorSpec(@Nullable Rules scaleUp, @Nullable Rules scaleDown) {}

  /**
   * HPA v2's {@code HPAScalingRules}.
   *
   * @param selectPolicy {@code Max}, {@code Min} or {@code Disabled}
   * @param tolerance a ratio: {@code "0.05"} or {@code 5%}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rules(
      @Nullable Integer stabilizationWindowSeconds,
      @Nullable String selectPolicy,
      @Nullable List<Policy> policies,
      @Nullable Quantity tolerance) {}

  /**
   * HPA v2's {@code HPAScalingPolicy}.
   *
   * @param type {@code Pods} or {@code Percent}
   */
  public record Policy(String type, Integer value, Integer periodSeconds) {}

  /**
   * How large the replicas are.
   *
   * @param policy {@code Off}, {@code InPlace}, {@code Rollout}, {@code InPlaceOrRollout} or {@code
   *     Optimise}
   * @param podsPerMinute at most so many replicas are resized in a minute
   * @param prices for {@code Optimise}
   * @param template {@code Keep} or {@code InStep}, for sizes in place
   * @param rollout for {@code Rollout} and {@code InPlaceOrRollout}
   * @param startupBoost more CPU while a replica starts
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VerticalSpec(
      @Nullable String policy,
      @Nullable Integer podsPerMinute,
      List<ContainerSpec> containers,
      @Nullable PricesSpec prices,
      @Nullable String template,
      @Nullable RolloutSpec rollout,
      @Nullable BoostSpec startupBoost) {}

  /**
   * More CPU while a replica starts; one of {@code factor} and {@code cpu}.
   *
   * @param factor so many times what is decided on
   * @param cpu at least so much
   * @param afterReady a duration: it is kept so long once the pod is ready
   * @param atMost a duration: it is taken back so long after the pod was made
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record BoostSpec(
      @Nullable Quantity factor,
      @Nullable Quantity cpu,
      @Nullable String afterReady,
      @Nullable String atMost) {}

  /**
   * When a size is worth a rollout.
   *
   * @param leastInterval a duration, from one to the next
   * @param deviation the pods are off by more than this percentage
   * @param lasting a duration, for which they must have been
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RolloutSpec(
      @Nullable String leastInterval, @Nullable String deviation, @Nullable String lasting) {}

  /** What an hour of what is reserved costs, in the owner's money. */
  public record PricesSpec(Quantity vcpuHour, Quantity gibHour) {}

  /**
   * A container and its bounds.
   *
   * @param controlledValues {@code RequestsOnly} or {@code RequestsAndLimits}
   * @param targetUtilization CPU used ÷ CPU requested, a percentage
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ContainerSpec(
      String name,
      Resources minAllowed,
      Resources maxAllowed,
      @Nullable String controlledValues,
      @Nullable String targetUtilization) {}

  /** Amounts of what a container asks for. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Resources(Quantity cpu, @Nullable Quantity memory) {}

  /**
   * When the users work.
   *
   * @param timeZone IANA: {@code Europe/Berlin}
   * @param country ISO 3166-1 alpha-2, whose public holidays are kept
   * @param region the part of the country: {@code BY}
   * @param ends {@code Month}, {@code Quarter}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CalendarSpec(
      @Nullable String timeZone,
      @Nullable String country,
      @Nullable String region,
      @Nullable List<Hours> businessHours,
      @Nullable List<String> ends,
      @Nullable List<FeedSpec> feeds) {}

  /**
   * The same hours on some days.
   *
   * @param days each a day or a range: {@code Mon-Fri}
   * @param from {@code 08:00}
   * @param to {@code 18:00}; not after {@code from} means the next day
   */
  public record Hours(List<String> days, String from, String to) {}

  /**
   * When advice is followed though the mode is {@code Advisory}.
   *
   * @param afterDays days in a row on which it was no worse than an HPA
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PromotionSpec(@Nullable Integer afterDays) {}

  /**
   * An iCalendar file on the web.
   *
   * @param url http or https
   * @param kind what events are alike
   */
  public record FeedSpec(String url, String kind) {}

  /** The balancer in front. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record BalanceSpec(@Nullable HaproxySpec haproxy) {}

  /**
   * The HAProxy in front, as far as Tidecaster may steer it.
   *
   * @param instances the Runtime API of each: {@code host:port}, or the path of its socket
   * @param port where each replica listens
   * @param servers {@code Slots}, {@code Dynamic} or {@code Discovered}
   * @param warmUp a duration
   * @param drainWithin a duration
   * @param weights {@code Equal} or {@code Measured}
   * @param ramp {@code Learned} or {@code Stated}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HaproxySpec(
      List<String> instances,
      String backend,
      Integer port,
      @Nullable String servers,
      @Nullable String warmUp,
      @Nullable String drainWithin,
      @Nullable String weights,
      @Nullable String ramp) {}
}
