package io.tidecaster.crd.v1alpha1;

import io.tidecaster.crd.v1alpha1.PredictiveScalerSpec.ObjectiveSpec;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.MemorySizing;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Promotion;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.StartupBoost;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.ThrottlingSigns;
import io.tidecaster.workload.Vertical;
import io.tidecaster.workload.WorkCalendar;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// From a spec to the vocabulary. What is absent means:
///
/// | absent | means |
/// | --- | --- |
/// | `mode` | `Advisory`: who installs an autoscaler sees its advice before it acts |
/// | `minReplicas` | 1, as with an HPA |
/// | `schedule` | the same bounds at all times; a `timeZone` in it that is absent is UTC |
/// | `serviceLevel` | 0.95: the replicas suffice in 19 of 20 forecasts; what the forecast misses, the reactive rule corrects a minute later, so a higher level buys little for its replicas |
/// | `leadTime` | `Learned` |
/// | `compareWith.hpa` | the objective itself |
/// | `horizontal.actuator` | `Auto`: through whoever owns the workload |
/// | `promotion` | the mode is what it says; with one, 7 `afterDays` |
/// | `calendar` | days are those of UTC, and none differs from another |
/// | `vertical.template` | `Keep` |
/// | `vertical.rollout` | `leastInterval` 6h, `deviation` 20%, `lasting` 30m |
/// | `vertical.prices` with `Optimise` | those of AWS Fargate in us-east-1, as an example |
/// | `vertical` | replicas are left as large as they are; without `memory` in the bounds of a container, its memory is |
/// | any part of `behavior` | HPA v2's default for it; `tolerance` 0 % up (the objective is a bound), 10 % down |
/// | `load.haproxy.waitSeconds` | 0.1: a mean wait that its users begin to feel |
/// | `balance.haproxy.servers` | `Slots` |
/// | `balance.haproxy.weights` | `Equal` |
/// | `balance.haproxy.warmUp` | 1 minute, in which a JVM compiles most of what it will |
/// | `balance.haproxy.ramp` | `Learned` |
/// | `balance.haproxy.drainWithin` | 30 seconds, the time Kubernetes gives a pod to end |
final class SpecTranslation {
  static final Mode DEFAULT_MODE = Mode.ADVISORY;
  static final int DEFAULT_MIN_REPLICAS = 1;
  static final double DEFAULT_SERVICE_LEVEL = 0.95;
  static final String LEARNED = "Learned";
  static final Balance.Servers DEFAULT_SERVERS = Balance.Servers.SLOTS;
  static final String DEFAULT_WARM_UP = "1m";
  static final String DEFAULT_DRAIN = "30s";
  private static final String OFF = "Off";
  private static final String IN_PLACE = "InPlace";
  private static final String OPTIMISE = "Optimise";
  private static final String ROLLOUT = "Rollout";
  private static final String IN_PLACE_OR_ROLLOUT = "InPlaceOrRollout";
  private static final List<String> POLICIES =
      List.of(IN_PLACE, ROLLOUT, IN_PLACE_OR_ROLLOUT, OPTIMISE);
  private static final String KEEP = "Keep";
  private static final String IN_STEP = "InStep";
  private static final double DEFAULT_SIZE_UTILIZATION = 0.8;
  private static final int DEFAULT_PODS_PER_MINUTE = 6;
  private static final int MOST_CORES = 1_000;
  private static final long LEAST_BYTES = 1L << 20;

  private final List<SpecError> errors = new ArrayList<>();

  private SpecTranslation() {}

  static Reading translate(ScalerId id, PredictiveScalerSpec spec) {
    return new SpecTranslation().read(id, spec);
  }

  private Reading read(ScalerId id, PredictiveScalerSpec spec) {
    var target = target(spec.scaleTargetRef());
    var mode = mode(spec.mode());
    var bounds = bounds(spec);
    var haproxyLoad = haproxyLoad(spec.load());
    var load = load(spec.load(), haproxyLoad);
    var cpuSignal = spec.usage() == null ? null : spec.usage().cpu();
    var cpu = cpuSignal == null ? null : source("spec.usage.cpu", cpuSignal);
    var objective = objective("spec.objective", spec.objective());
    var hpaObjective = hpaObjective(spec, objective);
    var serviceLevel = serviceLevel(spec.serviceLevel());
    var leadTime = leadTime(spec.leadTime());
    var behavior = behavior(spec.behavior());
    var actuation = actuation(spec.horizontal());
    var calendar =
        spec.calendar() == null
            ? WorkCalendar.NONE
            : new CalendarTranslation(errors).translate(spec.calendar());
    var schedule = schedule(spec.schedule(), bounds);
    var balance = balance(spec.balance());
    var promotion = promotion(spec.promotion());
    var memorySignal = spec.usage() == null ? null : spec.usage().memory();
    var memory = memorySignal == null ? null : source("spec.usage.memory", memorySignal);
    var used = used(spec.usage());
    var vertical = vertical(id, spec, cpuSignal != null, memory, used);
    var throttling = throttling(id, spec);
    requireCpuForUtilization(cpuSignal != null, objective);
    requireSameTerms(objective, hpaObjective);
    if (!errors.isEmpty()) {
      return new Reading.Rejected(Optional.of(id), errors);
    }
    return new Reading.Accepted(
        new Scaler(
            id,
            known(target),
            known(mode),
            known(bounds),
            known(load),
            Optional.ofNullable(cpu),
            known(objective),
            known(hpaObjective),
            serviceLevel,
            known(leadTime),
            known(behavior),
            known(actuation),
            calendar,
            schedule,
            Optional.ofNullable(balance),
            promotion,
            Optional.ofNullable(vertical),
            Optional.ofNullable(haproxyLoad).map(HaproxyMetrics::pressure),
            Optional.ofNullable(throttling)));
  }

  private @Nullable Source load(
      PredictiveScalerSpec.LoadSpec spec, @Nullable HaproxyMetrics haproxy) {
    var series = spec.series();
    if ((series == null) == (spec.haproxy() == null)) {
      fail(
          "spec.load",
          series == null
              ? "is empty; give one of series, haproxy"
              : "both series and haproxy are given; give one");
      return null;
    }
    if (series != null) {
      return source("spec.load", new PredictiveScalerSpec.Signal(series, spec.query()));
    }
    if (spec.query() != null) {
      fail("spec.load.query", "is given beside haproxy, which has its own; leave it out");
    }
    return haproxy == null ? null : haproxy.load();
  }

  private @Nullable ThrottlingSigns throttling(ScalerId id, PredictiveScalerSpec spec) {
    if (spec.usage() == null || spec.usage().throttling() == null) {
      return null;
    }
    var throttling = spec.usage().throttling();
    var vertical = spec.vertical();
    String sized =
        vertical == null || vertical.containers().isEmpty()
            ? ""
            : vertical.containers().getFirst().name();
    return attempt(
        "spec.usage.throttling",
        () -> CadvisorMetrics.throttling(id.namespace(), sized, throttling));
  }

  private @Nullable HaproxyMetrics haproxyLoad(PredictiveScalerSpec.LoadSpec load) {
    var spec = load.haproxy();
    return spec == null
        ? null
        : attempt(
            "spec.load.haproxy",
            () ->
                new HaproxyMetrics(
                    spec.backend(),
                    spec.matchLabels() == null ? Map.of() : spec.matchLabels(),
                    spec.waitSeconds() == null
                        ? HaproxyMetrics.DEFAULT_WAIT_SECONDS
                        : spec.waitSeconds()));
  }

  private List<BoundsWindow> schedule(
      @Nullable List<PredictiveScalerSpec.Window> specs, @Nullable Bounds bounds) {
    List<BoundsWindow> windows = new ArrayList<>();
    for (int i = 0; specs != null && i < specs.size(); i++) {
      String path = "spec.schedule[%d]".formatted(i);
      var spec = specs.get(i);
      var window = attempt(path, () -> window(spec));
      if (window != null && bounds != null) {
        int min = window.minReplicas().orElse(bounds.minReplicas());
        int max = window.maxReplicas().orElse(bounds.maxReplicas());
        if (min < 1 || min > max) {
          fail(
              path,
              "minReplicas %d must be at least 1 and at most maxReplicas %d; lower the one or raise the other"
                  .formatted(min, max));
        }
        windows.add(window);
      }
    }
    return windows;
  }

  private static BoundsWindow window(PredictiveScalerSpec.Window spec) {
    BoundsByTime.requireCron(spec.cron());
    return new BoundsWindow(
        spec.cron(),
        Notation.duration(spec.duration()),
        zone(spec.timeZone()),
        Optional.ofNullable(spec.minReplicas()),
        Optional.ofNullable(spec.maxReplicas()));
  }

  /** What a container beside uses. */
  private record Used(Source cpu, Optional<Source> memory) {}

  /** Those of {@code usage.containers} that can be read, by the names of all that are given. */
  private Map<String, Optional<Used>> used(PredictiveScalerSpec.@Nullable Usage usage) {
    Map<String, Optional<Used>> used = new LinkedHashMap<>();
    List<PredictiveScalerSpec.ContainerUsage> given =
        usage == null || usage.containers() == null ? List.of() : usage.containers();
    for (int i = 0; i < given.size(); i++) {
      String path = "spec.usage.containers[%d]".formatted(i);
      var container = given.get(i);
      var cpu = source(path + ".cpu", container.cpu());
      var memorySignal = container.memory();
      var memory = memorySignal == null ? null : source(path + ".memory", memorySignal);
      Optional<Used> read =
          Optional.ofNullable(cpu).map(known -> new Used(known, Optional.ofNullable(memory)));
      if (used.put(container.name(), read) != null) {
        fail(path, "container \"%s\" is given twice; give it once".formatted(container.name()));
      }
    }
    return used;
  }

  private @Nullable Vertical vertical(
      ScalerId id,
      PredictiveScalerSpec resource,
      boolean cpuGiven,
      @Nullable Source memory,
      Map<String, Optional<Used>> used) {
    var spec = resource.vertical();
    if (spec == null && !used.isEmpty()) {
      fail(
          "spec.usage.containers",
          "\"%s\" is not sized, there is no vertical; add vertical.containers, or leave it out"
              .formatted(String.join("\", \"", used.keySet())));
    }
    if (spec == null || OFF.equals(spec.policy())) {
      return null;
    }
    String policy = spec.policy() == null ? IN_PLACE : spec.policy();
    if (!POLICIES.contains(policy)) {
      fail(
          "spec.vertical.policy",
          "\"%s\" is none of Off, %s".formatted(policy, String.join(", ", POLICIES)));
    }
    if (spec.prices() != null && !policy.equals(OPTIMISE)) {
      fail(
          "spec.vertical.prices",
          "are given with policy %s; set policy Optimise, or leave them out".formatted(policy));
    }
    if (!cpuGiven) {
      fail("spec.usage.cpu", "is missing; vertical needs the CPU series of the replicas");
    }
    List<PredictiveScalerSpec.ContainerSpec> containers = spec.containers();
    if (containers.isEmpty() || containers.size() > Vertical.MOST_CONTAINERS) {
      fail(
          "spec.vertical.containers",
          "%d are given, 1 to %d are sized; name the one that bears the load first"
              .formatted(containers.size(), Vertical.MOST_CONTAINERS));
      return null;
    }
    requireSized(containers, used);
    List<BesideContainer> beside = beside(id, resource, containers, used);
    var container = containers.getFirst();
    return attempt(
        "spec.vertical",
        () -> {
          Vertical sized =
              sized(
                  container,
                  spec.podsPerMinute(),
                  memory,
                  "usage.memory",
                  policy.equals(OPTIMISE) ? Optional.of(prices(spec.prices())) : Optional.empty(),
                  templating(policy, spec));
          return boost(policy, spec.startupBoost()).map(sized::with).orElse(sized).with(beside);
        });
  }

  /** What is used of a container that is not sized would never be asked for. */
  private void requireSized(
      List<PredictiveScalerSpec.ContainerSpec> containers, Map<String, Optional<Used>> used) {
    List<String> names = containers.stream().map(PredictiveScalerSpec.ContainerSpec::name).toList();
    for (String name : used.keySet()) {
      if (name.equals(names.getFirst())) {
        fail(
            "spec.usage.containers",
            "\"%s\" is the container that bears the load; give its use as usage.cpu and usage.memory"
                .formatted(name));
      } else if (!names.contains(name)) {
        fail(
            "spec.usage.containers",
            "\"%s\" is none of %s in vertical.containers; add it there, or leave it out here"
                .formatted(name, String.join(", ", names)));
      }
    }
  }

  private List<BesideContainer> beside(
      ScalerId id,
      PredictiveScalerSpec resource,
      List<PredictiveScalerSpec.ContainerSpec> containers,
      Map<String, Optional<Used>> used) {
    List<BesideContainer> beside = new ArrayList<>();
    for (int i = 1; i < containers.size(); i++) {
      String path = "spec.vertical.containers[%d]".formatted(i);
      var container = containers.get(i);
      Optional<Used> use = used.getOrDefault(container.name(), Optional.empty());
      if (!used.containsKey(container.name())) {
        fail(
            path,
            "the use of \"%s\" is unknown; give it as usage.containers with its name and cpu"
                .formatted(container.name()));
      }
      if (use.isPresent()) {
        var sized = attempt(path, () -> beside(id, resource, container, use.get()));
        if (sized != null) {
          beside.add(sized);
        }
      }
    }
    return beside;
  }

  /** By the rules of the container that bears the load. */
  private static BesideContainer beside(
      ScalerId id,
      PredictiveScalerSpec resource,
      PredictiveScalerSpec.ContainerSpec container,
      Used used) {
    Vertical alone =
        sized(
            container,
            null,
            used.memory().orElse(null),
            "memory of \"%s\" in usage.containers".formatted(container.name()),
            Optional.empty(),
            Optional.empty());
    var usage = resource.usage();
    var throttling = usage == null ? null : usage.throttling();
    return new BesideContainer(
        alone.container(),
        alone.leastMillis(),
        alone.mostMillis(),
        alone.values(),
        alone.targetUse(),
        used.cpu(),
        alone.memory(),
        Optional.ofNullable(throttling)
            .map(given -> CadvisorMetrics.beside(id.namespace(), container.name(), given)));
  }

  private static Optional<StartupBoost> boost(
      String policy, PredictiveScalerSpec.@Nullable BoostSpec spec) {
    if (spec == null) {
      return Optional.empty();
    }
    if (policy.equals(ROLLOUT)) {
      throw new IllegalArgumentException(
          "startupBoost is given with policy Rollout, which resizes no pod; set InPlaceOrRollout, or leave it out");
    }
    Quantity factor = spec.factor();
    Quantity cpu = spec.cpu();
    if ((factor == null) == (cpu == null)) {
      throw new IllegalArgumentException(
          "startupBoost %s; give one"
              .formatted(cpu == null ? "has neither factor nor cpu" : "has both factor and cpu"));
    }
    String afterReady = spec.afterReady();
    String atMost = spec.atMost();
    return Optional.of(
        new StartupBoost(
            factor == null ? 1 : Notation.quantity(factor),
            cpu == null ? OptionalLong.empty() : OptionalLong.of(millis(cpu)),
            afterReady == null ? StartupBoost.DEFAULT_AFTER_READY : Notation.duration(afterReady),
            atMost == null ? StartupBoost.DEFAULT_AT_MOST : Notation.duration(atMost)));
  }

  private static Optional<Templating> templating(
      String policy, PredictiveScalerSpec.VerticalSpec spec) {
    boolean rollsOut = policy.equals(ROLLOUT) || policy.equals(IN_PLACE_OR_ROLLOUT);
    String template = spec.template() == null ? KEEP : spec.template();
    if (!template.equals(KEEP) && !template.equals(IN_STEP)) {
      throw new IllegalArgumentException(
          "template \"%s\" is none of Keep, InStep".formatted(template));
    }
    if (rollsOut && spec.template() != null) {
      throw new IllegalArgumentException(
          "template %s is given with policy %s, which writes the template itself; leave it out"
              .formatted(template, policy));
    }
    if (!rollsOut && spec.rollout() != null) {
      throw new IllegalArgumentException(
          "rollout is given with policy %s; set policy Rollout or InPlaceOrRollout, or leave it out"
              .formatted(policy));
    }
    if (!rollsOut && template.equals(KEEP)) {
      return Optional.empty();
    }
    var rollout = spec.rollout();
    return Optional.of(
        new Templating(
            rollsOut
                ? policy.equals(ROLLOUT)
                    ? Templating.Way.ROLLOUT
                    : Templating.Way.IN_PLACE_OR_ROLLOUT
                : Templating.Way.IN_STEP,
            rollout == null || rollout.deviation() == null
                ? Templating.DEFAULT_DEVIATION
                : Notation.percentage(rollout.deviation()),
            rollout == null || rollout.lasting() == null
                ? Templating.DEFAULT_LASTING
                : Notation.duration(rollout.lasting()),
            rollout == null || rollout.leastInterval() == null
                ? Templating.DEFAULT_LEAST_INTERVAL
                : Notation.duration(rollout.leastInterval())));
  }

  private static Prices prices(PredictiveScalerSpec.@Nullable PricesSpec spec) {
    return spec == null
        ? Prices.EXAMPLE
        : new Prices(Notation.quantity(spec.vcpuHour()), Notation.quantity(spec.gibHour()));
  }

  private static Vertical sized(
      PredictiveScalerSpec.ContainerSpec container,
      @Nullable Integer podsPerMinute,
      @Nullable Source memory,
      String memoryPath,
      Optional<Prices> optimise,
      Optional<Templating> templating) {
    String values = container.controlledValues();
    String target = container.targetUtilization();
    return new Vertical(
        container.name(),
        millis(container.minAllowed().cpu()),
        millis(container.maxAllowed().cpu()),
        values == null ? Vertical.Values.REQUESTS_ONLY : Vertical.Values.parse(values),
        target == null ? DEFAULT_SIZE_UTILIZATION : Notation.percentage(target),
        podsPerMinute == null ? DEFAULT_PODS_PER_MINUTE : podsPerMinute,
        memory(container, memory, memoryPath),
        optimise,
        templating,
        Optional.empty());
  }

  private static Optional<MemorySizing> memory(
      PredictiveScalerSpec.ContainerSpec container, @Nullable Source usage, String path) {
    Quantity least = container.minAllowed().memory();
    Quantity most = container.maxAllowed().memory();
    if (least == null && most == null) {
      return Optional.empty();
    }
    if (least == null || most == null) {
      throw new IllegalArgumentException(
          "%s.memory is missing beside %s.memory; give both, or neither to leave memory as it is"
              .formatted(
                  least == null ? "minAllowed" : "maxAllowed",
                  least == null ? "maxAllowed" : "minAllowed"));
    }
    if (usage == null) {
      throw new IllegalArgumentException(
          "%s is missing; memory is sized by what the replicas use of it".formatted(path));
    }
    return Optional.of(new MemorySizing(bytes(least), bytes(most), usage));
  }

  /** A memory of less than 1 MiB has a forgotten unit, or an m for an Mi. */
  private static long bytes(Quantity memory) {
    double bytes = Notation.quantity(memory);
    if (!(bytes >= LEAST_BYTES)) {
      throw new IllegalArgumentException(
          "memory \"%s\" is %s bytes, below 1Mi; write mebibytes as 512Mi"
              .formatted(memory, BigDecimal.valueOf(bytes).stripTrailingZeros().toPlainString()));
    }
    return (long) Math.ceil(bytes);
  }

  /** A CPU of more than 1,000 cores is a memory with the wrong name, or a forgotten m. */
  private static long millis(Quantity cpu) {
    double cores = Notation.quantity(cpu);
    if (!(cores <= MOST_CORES)) {
      throw new IllegalArgumentException(
          "cpu \"%s\" is %s cores, above %d; write millicores as 500m, cores as 2"
              .formatted(cpu, BigDecimal.valueOf(cores).toPlainString(), MOST_CORES));
    }
    return Math.round(cores * 1000);
  }

  private static ZoneId zone(@Nullable String name) {
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "timeZone \"%s\" is none; name one as Europe/Berlin or UTC".formatted(name), e);
    }
  }

  private Optional<Promotion> promotion(PredictiveScalerSpec.@Nullable PromotionSpec spec) {
    if (spec == null) {
      return Optional.empty();
    }
    int days = spec.afterDays() == null ? Promotion.DEFAULT_DAYS : spec.afterDays();
    return Optional.ofNullable(attempt("spec.promotion", () -> new Promotion(days)));
  }

  private @Nullable Actuation actuation(PredictiveScalerSpec.@Nullable Horizontal horizontal) {
    String label = horizontal == null ? null : horizontal.actuator();
    return label == null
        ? Actuation.AUTO
        : attempt("spec.horizontal.actuator", () -> Actuation.parse(label));
  }

  /** Without an error every part was read. */
  private static <T> T known(@Nullable T part) {
    return Objects.requireNonNull(part);
  }

  private @Nullable TargetRef target(PredictiveScalerSpec.ScaleTargetRef ref) {
    return attempt(
        "spec.scaleTargetRef", () -> new TargetRef(ref.apiVersion(), ref.kind(), ref.name()));
  }

  private @Nullable Mode mode(@Nullable String label) {
    return label == null ? DEFAULT_MODE : attempt("spec.mode", () -> Mode.parse(label));
  }

  private @Nullable Bounds bounds(PredictiveScalerSpec spec) {
    int min = spec.minReplicas() == null ? DEFAULT_MIN_REPLICAS : spec.minReplicas();
    int max = spec.maxReplicas();
    if (min < 1) {
      fail(
          "spec.minReplicas",
          "%d < 1; at 0 replicas no load could be seen, so give at least 1".formatted(min));
      return null;
    }
    if (min > max) {
      fail(
          "spec.minReplicas",
          "%d > maxReplicas %d; lower minReplicas or raise maxReplicas".formatted(min, max));
      return null;
    }
    return new Bounds(min, max);
  }

  private @Nullable Source source(String path, PredictiveScalerSpec.Signal signal) {
    var series = signal.series();
    var type =
        oneOf(
            path + ".series.type",
            series.type(),
            SeriesSelector.Type.values(),
            SeriesSelector.Type::label);
    if (signal.query() != null && signal.query().isBlank()) {
      fail(path + ".query", "is empty; leave it out, or give PromQL");
    }
    if (type == null) {
      return null;
    }
    return attempt(
        path + ".series",
        () ->
            new Source(
                new SeriesSelector(
                    series.metric(),
                    type,
                    series.matchLabels() == null ? Map.of() : series.matchLabels()),
                Optional.ofNullable(signal.query())));
  }

  private @Nullable Objective objective(String path, ObjectiveSpec spec) {
    String utilization = spec.targetUtilization();
    Quantity requests = spec.requestsPerReplica();
    if (utilization != null && requests != null) {
      fail(
          path,
          "both targetUtilization %s and requestsPerReplica %s are given; give one"
              .formatted(utilization, requests));
      return null;
    }
    if (utilization != null) {
      return attempt(
          path + ".targetUtilization",
          () -> new Objective.TargetUtilization(Notation.percentage(utilization)));
    }
    if (requests != null) {
      return attempt(
          path + ".requestsPerReplica",
          () -> new Objective.RequestsPerReplica(Notation.quantity(requests)));
    }
    fail(path, "is empty; give one of targetUtilization, requestsPerReplica");
    return null;
  }

  private @Nullable Objective hpaObjective(
      PredictiveScalerSpec spec, @Nullable Objective objective) {
    var compareWith = spec.compareWith();
    return compareWith == null || compareWith.hpa() == null
        ? objective
        : objective("spec.compareWith.hpa", compareWith.hpa());
  }

  private double serviceLevel(@Nullable Double given) {
    double level = given == null ? DEFAULT_SERVICE_LEVEL : given;
    if (!(level >= 0.5 && level < 1)) {
      fail(
          "spec.serviceLevel",
          "%s must be at least 0.5 and below 1; write 0.95 for 95 %%".formatted(level));
    }
    return level;
  }

  private @Nullable LeadTime leadTime(@Nullable String text) {
    return text == null || text.equals(LEARNED)
        ? new LeadTime.Learned()
        : attempt("spec.leadTime", () -> fixedLeadTime(text));
  }

  private static LeadTime fixedLeadTime(String text) {
    Duration duration;
    try {
      duration = Notation.duration(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + "; or " + LEARNED, e);
    }
    if (duration.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "%s > 1h; the forecast reaches 60 minutes ahead, so give at most 1h".formatted(text));
    }
    return new LeadTime.Fixed(duration);
  }

  private @Nullable Behavior behavior(PredictiveScalerSpec.@Nullable BehaviorSpec spec) {
    if (spec == null) {
      return Behavior.DEFAULT;
    }
    var up = rules("spec.behavior.scaleUp", spec.scaleUp(), Behavior.DEFAULT.scaleUp());
    var down = rules("spec.behavior.scaleDown", spec.scaleDown(), Behavior.DEFAULT.scaleDown());
    return up == null || down == null ? null : new Behavior(up, down);
  }

  private Behavior.@Nullable Rules rules(
      String path, PredictiveScalerSpec.@Nullable Rules spec, Behavior.Rules defaults) {
    if (spec == null) {
      return defaults;
    }
    var select =
        spec.selectPolicy() == null
            ? defaults.select()
            : oneOf(
                path + ".selectPolicy",
                spec.selectPolicy(),
                Behavior.SelectPolicy.values(),
                SpecTranslation::label);
    var policies = spec.policies() == null ? defaults.policies() : policies(path, spec.policies());
    Quantity tolerance = spec.tolerance();
    Double ratio =
        tolerance == null
            ? Double.valueOf(defaults.tolerance())
            : attempt(path + ".tolerance", () -> Notation.ratio(tolerance));
    var window =
        spec.stabilizationWindowSeconds() == null
            ? defaults.stabilizationWindow()
            : Duration.ofSeconds(spec.stabilizationWindowSeconds());
    return select == null || ratio == null || policies == null
        ? null
        : attempt(path, () -> new Behavior.Rules(window, select, policies, ratio));
  }

  private @Nullable List<Behavior.Policy> policies(
      String path, List<PredictiveScalerSpec.Policy> specs) {
    List<Behavior.Policy> policies = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      var policy = policy("%s.policies[%d]".formatted(path, i), specs.get(i));
      if (policy != null) {
        policies.add(policy);
      }
    }
    return policies.size() == specs.size() ? policies : null;
  }

  private Behavior.@Nullable Policy policy(String path, PredictiveScalerSpec.Policy spec) {
    var type =
        oneOf(path + ".type", spec.type(), Behavior.Policy.Type.values(), SpecTranslation::label);
    return type == null
        ? null
        : attempt(
            path,
            () ->
                new Behavior.Policy(type, spec.value(), Duration.ofSeconds(spec.periodSeconds())));
  }

  private @Nullable Balance balance(PredictiveScalerSpec.@Nullable BalanceSpec spec) {
    if (spec == null || spec.haproxy() == null) {
      return null;
    }
    var haproxy = spec.haproxy();
    return attempt(
        "spec.balance.haproxy",
        () ->
            new Balance(
                haproxy.instances(),
                haproxy.backend(),
                haproxy.port(),
                haproxy.servers() == null
                    ? DEFAULT_SERVERS
                    : Balance.Servers.parse(haproxy.servers()),
                Notation.duration(haproxy.warmUp() == null ? DEFAULT_WARM_UP : haproxy.warmUp()),
                Notation.duration(
                    haproxy.drainWithin() == null ? DEFAULT_DRAIN : haproxy.drainWithin()),
                haproxy.weights() == null
                    ? Balance.Weights.EQUAL
                    : Balance.Weights.parse(haproxy.weights()),
                haproxy.ramp() == null
                    ? Balance.Ramping.LEARNED
                    : Balance.Ramping.parse(haproxy.ramp())));
  }

  private void requireCpuForUtilization(boolean cpuGiven, @Nullable Objective objective) {
    if (objective instanceof Objective.TargetUtilization && !cpuGiven) {
      fail("spec.usage.cpu", "is missing; objective.targetUtilization needs the CPU series");
    }
  }

  private void requireSameTerms(@Nullable Objective objective, @Nullable Objective hpaObjective) {
    if (objective != null
        && hpaObjective != null
        && !objective.getClass().equals(hpaObjective.getClass())) {
      fail(
          "spec.compareWith.hpa",
          "is not in the terms of spec.objective; give both as targetUtilization, or both as"
              + " requestsPerReplica");
    }
  }

  /** The name of a constant in HPA v2: {@code Percent} for PERCENT. */
  private static String label(Enum<?> constant) {
    return constant.name().charAt(0) + constant.name().substring(1).toLowerCase(Locale.ROOT);
  }

  private <E extends Enum<E>> @Nullable E oneOf(
      String path, String given, E[] values, Function<E, String> label) {
    for (E value : values) {
      if (label.apply(value).equals(given)) {
        return value;
      }
    }
    String labels = Arrays.stream(values).map(label).collect(Collectors.joining(", "));
    fail(path, "\"%s\" is none of %s".formatted(given, labels));
    return null;
  }

  /** The value, or null where its making refuses: the refusal becomes an error at this path. */
  private <T> @Nullable T attempt(String path, Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      fail(path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void fail(String path, String problem) {
    errors.add(new SpecError(path, problem));
  }
}
