package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ListVisitFromServerGetDeleteRecreateWaitApplicable;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidecaster.act.ContainerSizer;
import io.tidecaster.act.KubernetesLimits;
import io.tidecaster.act.PodResizer;
import io.tidecaster.act.ResizeResult;
import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Fleet;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.ContainerUse;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.journal.JournalFormat;
import io.tidecaster.journal.Replay;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryReason;
import io.tidecaster.size.RolloutDecision;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.RolloutReason;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeOutcome;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.MemorySizing;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.StartupBoost;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.Templating.Way;
import io.tidecaster.workload.Vertical;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods of a real API server, resized in place. */
class SizingE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration RESPITE = Duration.ofMinutes(5);
  private static final long MEBIBYTE = 1L << 20;
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final Instant AT_WORK = MONDAY.plus(Duration.ofDays(4)).plus(Duration.ofHours(10));

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static ContainerSizer sizer;

  @BeforeAll
  static void connect() {
    controlPlane = ControlPlane.shared();
    client = controlPlane.client();
    sizer = sizer(client, RESPITE, InstantSource.system());
  }

  /** One of an instance of Tidecaster. */
  private static ContainerSizer sizer(
      KubernetesClient as, Duration forbiddenRespite, InstantSource clock) {
    return new PodResizer(
        as,
        new KubernetesLimits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            forbiddenRespite,
            Duration.ofMinutes(10),
            100,
            Duration.ofMinutes(10),
            Duration.ofSeconds(1),
            Duration.ZERO,
            1),
        clock);
  }

  /** 100 requests/s at night, 900 from 09:30 to 17:00, an hour between. */
  private static double loadAt(Instant time) {
    double hour = Duration.between(MONDAY, time).toMinutes() % 1440 / 60.0;
    double up = Math.clamp(hour - 8.5, 0, 1);
    double down = Math.clamp(hour - 17, 0, 1);
    return 100 + 800 * (up - down);
  }

  private static LoadPoint pointAt(Instant minute) {
    double load = loadAt(minute);
    return new LoadPoint(
        minute,
        OptionalDouble.of(load),
        OptionalDouble.of(0.1 + 0.002 * load),
        1,
        0,
        1,
        Optional.empty(),
        OptionalDouble.of(400.0 * MEBIBYTE),
        OptionalDouble.empty());
  }

  @Test
  void aForecastRampMakesASingleReplicaLargerBeforeItAndSmallerAfterInPlace() {
    Scaler scheduler = scaler("sizing-ramp", "web", Vertical.Values.REQUESTS_ONLY);
    apply("sizing-ramp", statefulSet("", "requests: {cpu: 500m}"));
    Pod pod = awaitRunning("sizing-ramp");
    ScalerLine line =
        new ScalerLine(
            scheduler,
            new MinuteAssembler(SignalTypes.of(scheduler), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    Instant day = MONDAY.plus(Duration.ofDays(4));
    List<LoadPoint> past = new ArrayList<>();
    for (Instant at = MONDAY; at.isBefore(day.plusSeconds(8 * 3600)); at = at.plusSeconds(60)) {
      past.add(pointAt(at));
    }
    line.remindOf(past);

    long night = play(line, scheduler, day, 8 * 60, 8 * 60 + 10);
    long beforeTheRamp = play(line, scheduler, day, 8 * 60 + 10, 8 * 60 + 29);
    long noon = play(line, scheduler, day, 8 * 60 + 29, 9 * 60 + 40);
    for (int minute = 9 * 60 + 40; minute < 17 * 60 + 45; minute++) {
      line.remember(List.of(pointAt(day.plusSeconds(60L * minute))));
    }
    long evening = play(line, scheduler, day, 17 * 60 + 45, 18 * 60 + 20);

    // (0.1 + 0.002 · 100) ÷ 0.8 = 375m at night, (0.1 + 0.002 · 900) ÷ 0.8 = 2375m at noon
    assertThat(night).isBetween(375L, 700L);
    assertThat(beforeTheRamp).isGreaterThan(night);
    assertThat(noon).isBetween(2375L, 3500L);
    assertThat(evening).isBetween(375L, 1200L);
    Pod after = pod("sizing-ramp");
    assertThat(after.getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    assertThat(after.getStatus().getContainerStatuses())
        .allSatisfy(status -> assertThat(status.getRestartCount()).isZero());
    assertThat(
            client
                .apps()
                .statefulSets()
                .inNamespace("sizing-ramp")
                .withName("web")
                .get()
                .getMetadata()
                .getGeneration())
        .isEqualTo(1);
  }

  /** Lives through these minutes of the day as the pipeline would; what the pod then requests. */
  private static long play(ScalerLine line, Scaler scaler, Instant day, int from, int to) {
    Decider decider = new Decider(Decider.Settings.DEFAULT);
    for (int minute = from; minute < to; minute++) {
      LoadPoint point = pointAt(day.plusSeconds(60L * minute));
      line.remember(List.of(point));
      line.fitDue().ifPresent(fit -> line.adopt(fit.run()));
      line.peakFitDue().ifPresent(fit -> line.adopt(fit.run()));
      ForecastOutcome forecast = line.forecast();
      Decided decided =
          line.decide(
              decider,
              Mode.ENFORCING,
              point.end(),
              Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
              forecast);
      SizeObservation.Seen seen = seen(scaler);
      SizeDecision sized = line.size(decided, seen.largestMillis()).orElseThrow();
      assertThat(sizer.resize(scaler, seen, sized.wanted()))
          .isInstanceOfAny(ResizeResult.Resized.class, ResizeResult.AsDecided.class);
    }
    return seen(scaler).largestMillis();
  }

  /** The proxy takes 0.05 cores and 0.0005 core seconds a request. */
  private static LoadPoint withProxy(LoadPoint alone) {
    double load = alone.load().orElseThrow();
    return new LoadPoint(
        alone.minute(),
        alone.load(),
        alone.cpuCores(),
        1,
        0,
        1,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Map.of(
            "envoy",
            new ContainerUse(
                OptionalDouble.of(0.05 + 0.0005 * load),
                1,
                OptionalDouble.empty(),
                OptionalDouble.empty())));
  }

  private static BesideContainer beside(String name) {
    return new BesideContainer(
        name,
        50,
        2000,
        Vertical.Values.REQUESTS_AND_LIMITS,
        0.8,
        new Source(
            new SeriesSelector("envoy_cpu_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty()),
        Optional.empty(),
        Optional.empty());
  }

  private static Scaler beside(String namespace, String... names) {
    Scaler alone = scaler(namespace, "web", Vertical.Values.REQUESTS_ONLY);
    return alone.withVertical(
        alone.vertical().orElseThrow().with(Arrays.stream(names).map(SizingE2E::beside).toList()));
  }

  private static String withEnvoy(String statefulSet) {
    return statefulSet
        + "        - {name: envoy, image: envoy, resources: {requests: {cpu: 100m}, limits: {cpu: 200m}}}\n";
  }

  private static ScalerLine lineSince(Scaler scaler, Instant end) {
    ScalerLine line =
        new ScalerLine(
            scaler,
            new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    List<LoadPoint> past = new ArrayList<>();
    for (Instant at = MONDAY; at.isBefore(end); at = at.plusSeconds(60)) {
      past.add(withProxy(pointAt(at)));
    }
    line.remindOf(past);
    return line;
  }

  @Test
  void aRampMakesTwoContainersLargerBeforeItAndSmallerAfterByOnePatchAPod() {
    Scaler both = beside("sizing-two", "envoy");
    apply("sizing-two", withEnvoy(statefulSet("", "requests: {cpu: 500m}")));
    Pod pod = awaitRunning("sizing-two");
    Instant day = MONDAY.plus(Duration.ofDays(4));
    ScalerLine line = lineSince(both, day.plusSeconds(8 * 3600));

    List<SizeDecision> sizes = new ArrayList<>();
    long resized = 0;
    for (int minute = 8 * 60; minute < 9 * 60 + 40; minute++) {
      resized += liveBoth(line, both, day.plusSeconds(60L * minute), sizes) ? 1 : 0;
      if (minute == 8 * 60 + 29) {
        // before the ramp begins at 08:30 both have grown from (0.1 + 0.002 · 100) ÷ 0.8 = 375m
        // and (0.05 + 0.0005 · 100) ÷ 0.8 = 125m
        assertThat(seen(both).largestMillis()).isGreaterThan(390);
        assertThat(proxy(both).requestMillis()).isGreaterThan(130);
      }
    }
    // (0.1 + 0.002 · 900) ÷ 0.8 = 2375m and (0.05 + 0.0005 · 900) ÷ 0.8 = 625m
    assertThat(seen(both).largestMillis()).isBetween(2375L, 3500L);
    assertThat(proxy(both).requestMillis()).isBetween(625L, 950L);
    // 100m of 200m: its limit is twice its request
    assertThat(proxy(both).limitMillis()).hasValue(2 * proxy(both).requestMillis());
    for (int minute = 9 * 60 + 40; minute < 17 * 60 + 55; minute++) {
      line.remember(List.of(withProxy(pointAt(day.plusSeconds(60L * minute)))));
    }
    for (int minute = 17 * 60 + 55; minute < 18 * 60 + 20; minute++) {
      resized += liveBoth(line, both, day.plusSeconds(60L * minute), sizes) ? 1 : 0;
    }

    assertThat(seen(both).largestMillis()).isBetween(375L, 1200L);
    assertThat(proxy(both).requestMillis()).isBetween(125L, 400L);
    assertThat(resizesIn("sizing-two")).isEqualTo(resized);
    assertThat(sizes)
        .as("minutes in which both changed, by one patch")
        .anySatisfy(size ->
            assertThat(size.each().map(SizeDecision::outcome))
                .allMatch(SizeOutcome.Resize.class::isInstance));
    assertThat(pod("sizing-two").getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    assertThat(pod("sizing-two").getStatus().getContainerStatuses())
        .hasSize(2)
        .allSatisfy(status -> assertThat(status.getRestartCount()).isZero());
  }

  private static SizeObservation.Pod proxy(Scaler scaler) {
    return Objects.requireNonNull(seen(scaler).seenBeside().get("envoy")).pods().getFirst();
  }

  /** Lives through a minute as the pipeline would; whether the pod was resized in it. */
  private static boolean liveBoth(
      ScalerLine line, Scaler scaler, Instant minute, List<SizeDecision> sizes) {
    LoadPoint point = withProxy(pointAt(minute));
    line.remember(List.of(point));
    line.fitDue().ifPresent(fit -> line.adopt(fit.run()));
    line.peakFitDue().ifPresent(fit -> line.adopt(fit.run()));
    Decided decided =
        line.decide(
            new Decider(Decider.Settings.DEFAULT),
            Mode.ENFORCING,
            point.end(),
            Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
            line.forecast());
    SizeObservation.Seen seen = seen(scaler);
    SizeDecision sized = line.size(decided, seen).orElseThrow();
    sizes.add(sized);
    ResizeResult result = sizer.resize(scaler, seen, sized.wantedSizes());
    assertThat(result).isInstanceOfAny(ResizeResult.Resized.class, ResizeResult.AsDecided.class);
    return result instanceof ResizeResult.Resized;
  }

  @Test
  void aContainerBesideThatIsNotThereIsNamedAndTheOthersAreSized() {
    Scaler three = beside("sizing-absent", "evnoy", "envoy");
    apply("sizing-absent", withEnvoy(statefulSet("", "requests: {cpu: 500m}")));
    awaitRunning("sizing-absent");

    SizeObservation.Seen seen = seen(three);
    ResizeResult result =
        sizer.resize(
            three,
            seen,
            new WantedSizes(
                WantedSize.ofCpu(900),
                Map.of("envoy", WantedSize.ofCpu(150), "evnoy", WantedSize.ofCpu(150))));

    assertThat(seen.unseenBeside())
        .contains(
            new SizeObservation.Unseen(
                "ContainerNotFound",
                "container \"evnoy\" is none of web, envoy; correct vertical.containers[1].name"));
    assertThat(result).isEqualTo(new ResizeResult.Resized(1, 0));
    assertThat(seen(three).largestMillis()).isEqualTo(900);
    assertThat(proxy(three).requestMillis()).isEqualTo(150);
    assertThat(resizesIn("sizing-absent")).isEqualTo(1);
  }

  /** Whatever of a pod is refused, the whole pod is: a LimitRange of type Pod is over all of it. */
  @Test
  void aLimitRangeOfThePodAndAnHpaOfAContainerBesideCountToo() {
    Scaler both = beside("sizing-pod-limit", "envoy");
    apply(
        "sizing-pod-limit",
        """
        apiVersion: v1
        kind: LimitRange
        metadata: {name: small}
        spec: {limits: [{type: Pod, max: {cpu: "1"}}]}
        ---
        """
            + withEnvoy(statefulSet("", "requests: {cpu: 250m}, limits: {cpu: 500m}")));
    awaitRunning("sizing-pod-limit");

    // 500m and 2 × 300m of limits are more than 1
    WantedSizes tooMuch =
        new WantedSizes(WantedSize.ofCpu(250), Map.of("envoy", WantedSize.ofCpu(300)));
    ResizeResult result = sizer.resize(both, seen(both), tooMuch);
    long writes = resizesIn("sizing-pod-limit");
    assertThat(result.label()).isEqualTo("ResizeRefused");
    assertThat(((ResizeResult.Held) result).detail())
        .contains("web-0 is not resized to envoy 300m", "maximum cpu usage per Pod");
    assertThat(sizer.resize(both, seen(both), tooMuch)).isEqualTo(result);
    assertThat(resizesIn("sizing-pod-limit")).isEqualTo(writes);

    apply(
        "sizing-pod-limit",
        hpa("cpu")
            .replace("type: Resource", "type: ContainerResource")
            .replace("resource: {name: cpu,", "containerResource: {container: envoy, name: cpu,"));
    Eventually.get(
        "it stands down",
        SOON,
        () -> sizer.observe(both),
        observed ->
            observed instanceof SizeObservation.Unseen unseen
                && unseen.label().equals("HpaOnSameMetric"));
  }

  @Test
  void oneRolloutCarriesBothContainersAndTakesNothingBack() {
    Scaler both = carried(beside("sizing-rollout-two", "envoy"), Way.ROLLOUT);
    apply("sizing-rollout-two", withEnvoy(statefulSet("", "requests: {cpu: 500m}")));
    awaitRunning("sizing-rollout-two");
    Instant now = Instant.now();

    ResizeResult first =
        rollOut(both, Map.of("web", WantedSize.ofCpu(900), "envoy", WantedSize.ofCpu(150)), now);
    awaitSize(both, 900);
    long generation = generation("sizing-rollout-two");
    rollOut(both, Map.of("web", WantedSize.ofCpu(1000)), now);
    awaitSize(both, 1000);

    assertThat(first).isEqualTo(new ResizeResult.TemplateChanged("web 900m CPU, envoy 150m CPU"));
    assertThat(generation).isEqualTo(2);
    assertThat(proxy(both).requestMillis()).isEqualTo(150);
    assertThat(proxy(both).limitMillis()).hasValue(300);
  }

  @Test
  void replicasAndSizeAreOneDecisionUnderACeilingOfReplicas() {
    Scaler web = optimised(scaler("sizing-optimise", "web", Vertical.Values.REQUESTS_ONLY));
    apply(
        "sizing-optimise",
        statefulSet("", "requests: {cpu: 500m}").replace("replicas: 1", "replicas: 2"));
    awaitRunning("sizing-optimise");
    Eventually.that(
        "both pods run",
        SOON,
        () -> sizer.observe(web) instanceof SizeObservation.Seen seen && seen.pods().size() == 2);
    ScalerLine line =
        new ScalerLine(
            web,
            new MinuteAssembler(SignalTypes.of(web), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    Instant day = MONDAY.plus(Duration.ofDays(4));
    List<LoadPoint> past = new ArrayList<>();
    for (Instant at = MONDAY; at.isBefore(day.plusSeconds(9 * 3600)); at = at.plusSeconds(60)) {
      past.add(twice(pointAt(at)));
    }
    line.remindOf(past);

    Decider decider = new Decider(Decider.Settings.DEFAULT);
    List<SizeDecision> sizes = new ArrayList<>();
    List<Decided> decisions = new ArrayList<>();
    for (int minute = 9 * 60; minute < 9 * 60 + 40; minute++) {
      LoadPoint point = twice(pointAt(day.plusSeconds(60L * minute)));
      line.remember(List.of(point));
      line.fitDue().ifPresent(fit -> line.adopt(fit.run()));
      line.peakFitDue().ifPresent(fit -> line.adopt(fit.run()));
      SizeObservation.Seen seen = seen(web);
      Decided made =
          line.decide(
              decider,
              Mode.ENFORCING,
              point.end(),
              Optional.of(new Fleet(2, 2, OptionalDouble.empty(), "1")),
              line.forecast(),
              wanted -> Optional.empty(),
              Optional.of(seen));
      decisions.add(made);
      sizes.add(line.size(made, seen.largestMillis()).orElseThrow());
      assertThat(sizer.resize(web, seen, sizes.getLast().wanted()))
          .isInstanceOfAny(ResizeResult.Resized.class, ResizeResult.AsDecided.class);
    }

    // 900 a replica: (0.1 + 0.002 · 900) ÷ 0.8 = 2375m each, as no third replica may come
    assertThat(seen(web).largestMillis()).isBetween(2375L, 4000L);
    Decided decided = decisions.getLast();
    SizeDecision sized = sizes.getLast();
    assertThat(decided.decision().desiredReplicas()).isEqualTo(2);
    assertThat(sized.choice().orElseThrow().sentence())
        .contains("2 × (", "an hour", "replicas alone", "their size alone");
    assertThat(JournalFormat.write(decided, Optional.of(sized)))
        .satisfies(
            record -> assertThat(Replay.of(record)).isInstanceOf(Replay.Verdict.Equal.class));
  }

  /** Two replicas where there was one. */
  private static LoadPoint twice(LoadPoint one) {
    return new LoadPoint(
        one.minute(),
        OptionalDouble.of(2 * one.load().orElseThrow()),
        OptionalDouble.of(2 * one.cpuCores().orElseThrow()),
        2,
        0);
  }

  private static Scaler optimised(Scaler scaler) {
    Vertical vertical = scaler.vertical().orElseThrow();
    return scaler
        .within(new Bounds(1, 2))
        .withVertical(
            new Vertical(
                vertical.container(),
                vertical.leastMillis(),
                vertical.mostMillis(),
                vertical.values(),
                vertical.targetUse(),
                vertical.podsPerMinute(),
                Optional.empty(),
                Optional.of(Prices.EXAMPLE),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void whatANodeCanNeverDoIsTakenBackAndNotAskedForAgain() {
    Scaler web = scaler("sizing-infeasible", "web", Vertical.Values.REQUESTS_ONLY);
    apply(
        "sizing-infeasible",
        statefulSet("tidecaster.io/resize: Infeasible", "requests: {cpu: 500m}"));
    awaitRunning("sizing-infeasible");

    assertThat(sizer.resize(web, seen(web), WantedSize.ofCpu(900)))
        .isEqualTo(new ResizeResult.Resized(1, 0));
    awaitPending(web);
    ResizeResult result = sizer.resize(web, seen(web), WantedSize.ofCpu(900));

    assertThat(result.label()).isEqualTo("Infeasible");
    assertThat(((ResizeResult.Held) result).detail())
        .contains("web-0 is not resized to 900m", "it keeps 500m", "lower maxAllowed.cpu");
    assertThat(seen(web).largestMillis()).isEqualTo(500);
    long writes = resizesIn("sizing-infeasible");
    assertThat(sizer.resize(web, seen(web), WantedSize.ofCpu(950)).label()).isEqualTo("Infeasible");
    assertThat(resizesIn("sizing-infeasible")).isEqualTo(writes);
  }

  @Test
  void aDeferredResizeIsWaitedFor() {
    Scaler web = scaler("sizing-deferred", "web", Vertical.Values.REQUESTS_ONLY);
    apply(
        "sizing-deferred", statefulSet("tidecaster.io/resize: Deferred", "requests: {cpu: 500m}"));
    awaitRunning("sizing-deferred");

    sizer.resize(web, seen(web), WantedSize.ofCpu(900));
    awaitPending(web);
    long writes = resizesIn("sizing-deferred");
    ResizeResult result = sizer.resize(web, seen(web), WantedSize.ofCpu(950));

    assertThat(result.label()).isEqualTo("Deferred");
    assertThat(((ResizeResult.Held) result).detail()).contains("waiting, make room on its node");
    assertThat(resizesIn("sizing-deferred")).isEqualTo(writes);
    assertThat(seen(web).largestMillis()).isEqualTo(900);

    // who takes over does not wait anew
    ContainerSizer other =
        sizer(client, RESPITE, InstantSource.offset(InstantSource.system(), RESPITE));
    SizeObservation.Seen left = (SizeObservation.Seen) other.observe(web);
    assertThat(other.resize(web, left, WantedSize.ofCpu(950)))
        .isEqualTo(
            new ResizeResult.Infeasible(
                "pod web-0 is not resized to 900m: Node didn't have enough capacity; it keeps 500m, lower maxAllowed.cpu or use larger nodes"));
    assertThat(seen(web).largestMillis()).isEqualTo(500);
  }

  @Test
  void aLimitRangeIsToldAndNotRunAgainst() {
    Scaler web = scaler("sizing-limits", "web", Vertical.Values.REQUESTS_AND_LIMITS);
    apply(
        "sizing-limits",
        """
        apiVersion: v1
        kind: LimitRange
        metadata: {name: small}
        spec: {limits: [{type: Container, max: {cpu: "1"}}]}
        ---
        """
            + statefulSet("", "requests: {cpu: 250m}, limits: {cpu: 500m}"));
    awaitRunning("sizing-limits");

    ResizeResult result = sizer.resize(web, seen(web), WantedSize.ofCpu(800));
    long writes = resizesIn("sizing-limits");

    assertThat(result.label()).isEqualTo("ResizeRefused");
    // 250m of 500m become 800m of 1600m
    assertThat(((ResizeResult.Held) result).detail()).contains("maximum cpu usage", "1600m");
    assertThat(sizer.resize(web, seen(web), WantedSize.ofCpu(810))).isEqualTo(result);
    assertThat(resizesIn("sizing-limits")).isEqualTo(writes);
  }

  @Test
  void memoryIsResizedInPlaceWithTheCpuAndItsLimitNeverFalls() {
    Scaler web = scaler("sizing-memory", "web", Vertical.Values.REQUESTS_AND_LIMITS);
    apply(
        "sizing-memory",
        statefulSet(
            "", "requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: 500m, memory: 512Mi}"));
    String uid = awaitRunning("sizing-memory").getMetadata().getUid();
    assertThat(sizer.resize(web, seen(web), new WantedSize(400, OptionalLong.of(300 * MEBIBYTE))))
        .isEqualTo(new ResizeResult.Resized(1, 0));
    awaitAllocated(web, 300 * MEBIBYTE);
    SizeObservation.Memory grown = seen(web).pods().getFirst().memory();
    assertThat(sizer.resize(web, seen(web), new WantedSize(400, OptionalLong.of(200 * MEBIBYTE))))
        .isEqualTo(new ResizeResult.Resized(1, 0));
    SizeObservation.Memory shrunk = seen(web).pods().getFirst().memory();

    // 256Mi of 512Mi become 300Mi of 600Mi
    assertThat(grown.requestBytes()).hasValue(300 * MEBIBYTE);
    assertThat(grown.limitBytes()).hasValue(600 * MEBIBYTE);
    assertThat(shrunk.requestBytes()).hasValue(200 * MEBIBYTE);
    assertThat(shrunk.limitBytes()).hasValue(600 * MEBIBYTE);
    assertThat(seen(web).largestMillis()).isEqualTo(400);
    assertThat(pod("sizing-memory").getMetadata().getUid()).isEqualTo(uid);
  }

  @Test
  void aPodOfAScaleOutHasMoreUntilItIsReadyAndGivesItBackInPlace() {
    Scaler plain = scaler("sizing-boost", "web", Vertical.Values.REQUESTS_AND_LIMITS);
    Scaler web =
        plain.withVertical(
            plain
                .vertical()
                .orElseThrow()
                .with(
                    new StartupBoost(
                        3, OptionalLong.empty(), Duration.ZERO, Duration.ofMinutes(5))));
    apply(
        "sizing-boost",
        statefulSet("tidecaster.io/ready-after: 12s", "requests: {cpu: 250m}, limits: {cpu: 500m}")
            .replace("serviceName: web", "serviceName: web\n  podManagementPolicy: Parallel"));
    awaitRunning("sizing-boost");
    client.apps().statefulSets().inNamespace("sizing-boost").withName("web").scale(2);
    Eventually.that(
        "both pods run",
        SOON,
        () -> sizer.observe(web) instanceof SizeObservation.Seen seen && seen.pods().size() == 2);

    assertThat(sizer.boost(web, seen(web), WantedSize.ofCpu(300)).label()).isEqualTo("Boosted");
    Pod starting = newPod();
    assertThat(Readiness.isPodReady(starting)).isFalse();
    // 3 × 300m, and the limit as the request: 500m of 250m become 1800m of 900m
    assertThat(cpu(starting)).isEqualTo("900m of 1800m");
    // who takes over knows from the pod itself that it has a boost
    ContainerSizer other = sizer(client, RESPITE, InstantSource.system());
    Pod ready =
        Eventually.get(
            "the new pod has given it back",
            SOON,
            () -> {
              other.boost(web, seen(web), WantedSize.ofCpu(300));
              return newPod();
            },
            pod -> Readiness.isPodReady(pod) && cpu(pod).equals("300m of 600m"));

    assertThat(ready.getMetadata().getUid()).isEqualTo(starting.getMetadata().getUid());
    assertThat(ready.getStatus().getContainerStatuses())
        .allSatisfy(status -> assertThat(status.getRestartCount()).isZero());
    assertThat(
            controlPlane.writesBy("admin").stream()
                .filter(write -> write.contains("pods/resize sizing-boost/web-1")))
        .hasSize(2);
  }

  private static Pod newPod() {
    return client.pods().inNamespace("sizing-boost").withName("web-1").get();
  }

  private static String cpu(Pod pod) {
    var resources = pod.getSpec().getContainers().getFirst().getResources();
    return resources.getRequests().get("cpu") + " of " + resources.getLimits().get("cpu");
  }

  private static void awaitAllocated(Scaler scaler, long bytes) {
    Eventually.get(
        "the node has given it",
        SOON,
        () -> sizer.observe(scaler),
        observed ->
            observed instanceof SizeObservation.Seen known
                && known
                    .pods()
                    .getFirst()
                    .memory()
                    .allocatedBytes()
                    .equals(OptionalLong.of(bytes)));
  }

  @Test
  void aQualityOfServiceIsNotChanged() {
    Scaler web = scaler("sizing-qos", "web", Vertical.Values.REQUESTS_ONLY);
    String same = "{cpu: 500m, memory: 64Mi}";
    apply("sizing-qos", statefulSet("", "requests: %s, limits: %s".formatted(same, same)));
    awaitRunning("sizing-qos");

    assertThat(sizer.resize(web, seen(web), new WantedSize(900, OptionalLong.of(96 * MEBIBYTE))))
        .isEqualTo(
            new ResizeResult.AtLimit(
                "container \"web\" has a limit of 500m CPU where 900m, and of 64Mi of memory where 96Mi are wanted; raise the limit, lower maxAllowed, or set controlledValues RequestsAndLimits"));
    ResizeResult result = sizer.resize(web, seen(web), WantedSize.ofCpu(400));
    long writes = resizesIn("sizing-qos");

    assertThat(result.label()).isEqualTo("ResizeRefused");
    assertThat(((ResizeResult.Held) result).detail()).containsIgnoringCase("QOS");
    assertThat(sizer.resize(web, seen(web), WantedSize.ofCpu(300))).isEqualTo(result);
    assertThat(resizesIn("sizing-qos")).isEqualTo(writes);
  }

  @Test
  void whatWouldRestartTheContainerIsLeftAloneAndToldUnlessARolloutMayDoIt() {
    Scaler web = scaler("sizing-restart", "web", Vertical.Values.REQUESTS_ONLY);
    apply(
        "sizing-restart",
        restarting("cpu", statefulSet("", "requests: {cpu: 500m, memory: 256Mi}")));
    Pod before = awaitRunning("sizing-restart");
    WantedSize wanted = new WantedSize(900, OptionalLong.of(300 * MEBIBYTE));

    ResizeResult told = sizer.resize(web, seen(web), wanted);
    awaitAllocated(web, 300 * MEBIBYTE);
    long writes = resizesIn("sizing-restart");

    assertThat(seen(web).largestMillis()).isEqualTo(500);
    assertThat(told)
        .isEqualTo(
            new ResizeResult.Refused(
                "the resizePolicy of container \"web\" restarts it for cpu, so it keeps 500m where 900m are wanted; set NotRequired, or policy InPlaceOrRollout"));
    assertThat(sizer.resize(web, seen(web), wanted)).isEqualTo(told);
    assertThat(resizesIn("sizing-restart")).isEqualTo(writes);
    assertThat(pod("sizing-restart").getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());

    Scaler either = carried(web, Way.IN_PLACE_OR_ROLLOUT);
    live(lineWithAPast(either), AT_WORK, 0, 33);

    assertThat(generation("sizing-restart")).isEqualTo(2);
    assertThat(resizesIn("sizing-restart")).isEqualTo(writes);
    assertThat(seen(either).largestMillis()).isBetween(2375L, 3500L);
  }

  @Test
  void memoryWhoseResizeWouldRestartTheContainerStaysAndTheCpuIsResized() {
    Scaler web = scaler("sizing-restart-memory", "web", Vertical.Values.REQUESTS_ONLY);
    apply(
        "sizing-restart-memory",
        restarting("memory", statefulSet("", "requests: {cpu: 500m, memory: 256Mi}")));
    awaitRunning("sizing-restart-memory");

    assertThat(sizer.resize(web, seen(web), new WantedSize(900, OptionalLong.of(300 * MEBIBYTE))))
        .isEqualTo(new ResizeResult.Resized(1, 0));

    assertThat(seen(web).largestMillis()).isEqualTo(900);
    assertThat(seen(web).largestMemoryBytes()).hasValue(256 * MEBIBYTE);
    assertThat(seen(web).memoryChange()).isEqualTo(MemoryInputs.Change.NONE);
  }

  private static String restarting(String resource, String yaml) {
    return yaml.replace(
        "image: web",
        "image: web, resizePolicy: [{resourceName: %s, restartPolicy: RestartContainer}]"
            .formatted(resource));
  }

  @Test
  void aRolloutCarriesMemoryAndAfterAKillForWantOfItAtOnce() {
    Scaler web =
        carried(
            withMemory(scaler("sizing-oom", "web", Vertical.Values.REQUESTS_AND_LIMITS)),
            Way.ROLLOUT);
    apply(
        "sizing-oom",
        statefulSet("", "requests: {cpu: 500m, memory: 256Mi}, limits: {memory: 512Mi}"));
    awaitRunning("sizing-oom");
    ScalerLine line = lineWithAPast(web);

    live(line, AT_WORK, 0, 33);
    SizeObservation.Memory carried = seen(web).pods().getFirst().memory();
    killForWantOfMemory("sizing-oom", AT_WORK.plusSeconds(45 * 60));
    SizeDecision killed = live(line, AT_WORK, 46, 47);
    // 1.2 × 920Mi, 15 minutes after the last rollout
    awaitAllocated(web, 1104 * MEBIBYTE);
    SizeObservation.Memory after = seen(web).pods().getFirst().memory();

    // 1.15 × 400Mi; the limit was twice the request, and is
    assertThat(carried.requestBytes()).hasValue(460 * MEBIBYTE);
    assertThat(carried.limitBytes()).hasValue(920 * MEBIBYTE);
    assertThat(killed.memory().orElseThrow().reason()).isEqualTo(MemoryReason.OOM_KILLED);
    assertThat(after.limitBytes()).hasValue(2208 * MEBIBYTE);
    assertThat(generation("sizing-oom")).isEqualTo(3);
  }

  private static void killForWantOfMemory(String namespace, Instant at) {
    client
        .pods()
        .inNamespace(namespace)
        .withName("web-0")
        .editStatus(pod -> {
          pod.getStatus()
              .getContainerStatuses()
              .getFirst()
              .setLastState(
                  new ContainerStateBuilder()
                      .withNewTerminated()
                      .withReason("OOMKilled")
                      .withExitCode(137)
                      .withFinishedAt(at.toString())
                      .endTerminated()
                      .build());
          return pod;
        });
  }

  private static Scaler withMemory(Scaler scaler) {
    Vertical vertical = scaler.vertical().orElseThrow();
    Source usage =
        new Source(
            new SeriesSelector("memory_bytes", SeriesSelector.Type.GAUGE, Map.of()),
            Optional.empty());
    return scaler.withVertical(
        new Vertical(
            vertical.container(),
            vertical.leastMillis(),
            vertical.mostMillis(),
            vertical.values(),
            vertical.targetUse(),
            vertical.podsPerMinute(),
            Optional.of(new MemorySizing(128 * MEBIBYTE, 4096 * MEBIBYTE, usage)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void nothingIsResizedWhileHpasMayNotBeListed() {
    Scaler web = scaler("sizing-blind", "web", Vertical.Values.REQUESTS_ONLY);
    apply("sizing-blind", statefulSet("", "requests: {cpu: 500m}") + RIGHTS_BUT_TO_LIST_HPAS);
    awaitRunning("sizing-blind");
    ContainerSizer blind =
        sizer(
            controlPlane.clientFor("sizing-blind", "blind"),
            Duration.ofSeconds(1),
            InstantSource.system());
    SizeObservation.Seen pods = (SizeObservation.Seen) blind.observe(web);

    ResizeResult told = blind.resize(web, pods, WantedSize.ofCpu(900));
    apply(
        "sizing-blind",
        rights("{apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list]}")
            .replace("name: sizer", "name: lister"));

    assertThat(((ResizeResult.Refused) told).detail())
        .startsWith(
            "whether an HPA scales StatefulSet sizing-blind/web by what is sized may not be asked; grant list on horizontalpodautoscalers: ");
    assertThat(seen(web).largestMillis()).isEqualTo(500);
    Eventually.get(
        "the right is found when the respite is over",
        SOON,
        () -> blind.resize(web, pods, WantedSize.ofCpu(900)),
        ResizeResult.Resized.class::isInstance);
  }

  private static final String RIGHTS_BUT_TO_LIST_HPAS =
      """
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: blind}
      """
          + rights(
              """
              {apiGroups: [apps], resources: [statefulsets], verbs: [get]}
              - {apiGroups: [""], resources: [pods], verbs: [list]}
              - {apiGroups: [""], resources: [pods/resize], verbs: [patch]}
              """);

  private static String rights(String rules) {
    return """
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: sizer}
    rules:
    - %s
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: sizer}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: sizer}
    subjects: [{kind: ServiceAccount, name: blind, namespace: sizing-blind}]
    """
        .formatted(rules.strip());
  }

  @Test
  void standsDownBesideAnHpaOnTheSameMetricAndComesBackWhenThatIsGone() {
    Scaler web = scaler("sizing-hpa", "web", Vertical.Values.REQUESTS_ONLY);
    apply("sizing-hpa", statefulSet("", "requests: {cpu: 500m}") + "---\n" + hpa("cpu"));
    awaitRunning("sizing-hpa");

    assertThat(sizer.observe(web))
        .isEqualTo(
            new SizeObservation.Unseen(
                "HpaOnSameMetric",
                "HorizontalPodAutoscaler sizing-hpa/web scales StatefulSet sizing-hpa/web by cpu 70%, which every other size changes; give it another metric, delete it, or set vertical.policy \"Off\""));

    apply("sizing-hpa", hpa("memory"));
    Eventually.get(
        "an HPA on what is not sized",
        SOON,
        () -> sizer.observe(web),
        SizeObservation.Seen.class::isInstance);
    assertThat(sizer.observe(optimised(web)))
        .isEqualTo(
            new SizeObservation.Unseen(
                "HpaBesideOptimise",
                "HorizontalPodAutoscaler sizing-hpa/web scales StatefulSet sizing-hpa/web, whose replicas policy Optimise decides on with their size; delete it, or set vertical.policy InPlace"));

    client
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace("sizing-hpa")
        .withName("web")
        .delete();
    Eventually.get(
        "no HPA",
        SOON,
        () -> sizer.observe(optimised(web)),
        SizeObservation.Seen.class::isInstance);
  }

  @Test
  void aRolloutCarriesASizeOnceAndNoSecondComesWithinTheLeastInterval() {
    Scaler web =
        carried(scaler("sizing-rollout", "web", Vertical.Values.REQUESTS_ONLY), Way.ROLLOUT);
    apply("sizing-rollout", statefulSet("", "requests: {cpu: 500m}"));
    Pod before = awaitRunning("sizing-rollout");
    ScalerLine line = lineWithAPast(web);

    SizeDecision early = live(line, AT_WORK, 0, 30);
    long generationBefore = generation("sizing-rollout");
    live(line, AT_WORK, 30, 33);

    assertThat(early.rollout().orElseThrow().reason())
        .isEqualTo(RolloutReason.DEVIATION_NOT_LASTING);
    assertThat(generationBefore).isEqualTo(1);
    assertThat(generation("sizing-rollout")).isEqualTo(2);
    Pod after = pod("sizing-rollout");
    assertThat(after.getMetadata().getUid()).isNotEqualTo(before.getMetadata().getUid());
    // (0.1 + 0.002 · 900) ÷ 0.8 = 2375m
    assertThat(seen(web).largestMillis()).isBetween(2375L, 3500L);

    line.use(web.withVertical(within(web.vertical().orElseThrow(), 1000)));
    SizeDecision second = live(line, AT_WORK, 33, 70);

    assertThat(second.rollout().orElseThrow().reason()).isEqualTo(RolloutReason.LEAST_INTERVAL);
    assertThat(generation("sizing-rollout")).isEqualTo(2);
    assertThat(second.again()).isEqualTo(second);
  }

  @Test
  void whatCannotBeDoneInPlaceGoesByARolloutWhereThatIsAllowed() {
    Scaler web =
        carried(
            scaler("sizing-fallback", "web", Vertical.Values.REQUESTS_ONLY),
            Way.IN_PLACE_OR_ROLLOUT);
    apply(
        "sizing-fallback",
        statefulSet("tidecaster.io/resize: Infeasible", "requests: {cpu: 500m}"));
    Pod before = awaitRunning("sizing-fallback");
    ScalerLine line = lineWithAPast(web);

    live(line, AT_WORK, 0, 30);
    long generationBefore = generation("sizing-fallback");
    live(line, AT_WORK, 30, 33);

    assertThat(resizesIn("sizing-fallback")).isPositive();
    assertThat(generationBefore).isEqualTo(1);
    assertThat(generation("sizing-fallback")).isEqualTo(2);
    assertThat(pod("sizing-fallback").getMetadata().getUid())
        .isNotEqualTo(before.getMetadata().getUid());
    assertThat(seen(web).largestMillis()).isBetween(2375L, 3500L);
  }

  /** As the next minute would, where the controller wrote its status in between. */
  private static ResizeResult rollOut(Scaler scaler, Map<String, WantedSize> wanted, Instant at) {
    ResizeResult result = sizer.rollOut(scaler, seen(scaler), wanted, at);
    for (int tries = 1; tries < 5 && result instanceof ResizeResult.Failed; tries++) {
      result = sizer.rollOut(scaler, seen(scaler), wanted, at);
    }
    return result;
  }

  @Test
  void aTemplateThatAToolUndidIsLeftToItAndNothingElseWasOurs() {
    Scaler web =
        carried(scaler("sizing-undone", "web", Vertical.Values.REQUESTS_ONLY), Way.ROLLOUT);
    apply("sizing-undone", statefulSet("", "requests: {cpu: 500m}"));
    awaitRunning("sizing-undone");
    Instant now = Instant.now();

    assertThat(rollOut(web, Map.of("web", WantedSize.ofCpu(900)), now))
        .isEqualTo(new ResizeResult.TemplateChanged("900m CPU"));
    String ours =
        client
            .apps()
            .statefulSets()
            .inNamespace("sizing-undone")
            .withName("web")
            .get()
            .getMetadata()
            .getManagedFields()
            .stream()
            .filter(entry -> entry.getManager().equals("tidecaster-size"))
            .map(entry -> Serialization.asJson(entry.getFieldsV1()))
            .collect(Collectors.joining());
    awaitSize(web, 900);
    load("sizing-undone", statefulSet("", "requests: {cpu: 500m}"))
        .forceConflicts()
        .serverSideApply();
    awaitSize(web, 500);
    RolloutInputs.Standing standing =
        seen(web).standing(web.vertical().orElseThrow()).orElseThrow();

    assertThat(ours)
        .isEqualTo(
            "{\"f:metadata\":{\"f:annotations\":{\"f:tidecaster.io/sized-at\":{}}},\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"web\\\"}\":{\".\":{},\"f:name\":{},\"f:resources\":{\"f:requests\":{\"f:cpu\":{}}}}}}}}}");
    assertThat(standing.template()).isEqualTo(WantedSize.ofCpu(500));
    assertThat(standing.writtenAt()).contains(now);
    assertThat(standing.undone())
        .hasValueSatisfying(theirs -> {
          assertThat(theirs.manager()).isEqualTo("fabric8");
          assertThat(theirs.at()).isBetween(now.minusSeconds(1), Instant.now());
        });
  }

  @Test
  void aTemplateThatReplacesNoPodIsKeptInStepAndNewPodsStartRightSized() {
    Scaler web =
        carried(scaler("sizing-in-step", "web", Vertical.Values.REQUESTS_ONLY), Way.IN_STEP);
    apply(
        "sizing-in-step",
        statefulSet("", "requests: {cpu: 500m}")
            .replace("replicas: 1", "replicas: 1\n  updateStrategy: {type: OnDelete}"));
    Pod before = awaitRunning("sizing-in-step");

    assertThat(sizer.resize(web, seen(web), WantedSize.ofCpu(900)))
        .isEqualTo(new ResizeResult.TemplateChanged("900m CPU"));
    assertThat(sizer.resize(web, seen(web), WantedSize.ofCpu(950)))
        .isEqualTo(new ResizeResult.Resized(1, 0));
    scale("sizing-in-step", 2);
    SizeObservation.Seen both = awaitPods(web, 2);

    assertThat(generation("sizing-in-step")).isEqualTo(3); // the template, and the replicas
    assertThat(pod("sizing-in-step").getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());
    assertThat(both.pods())
        .extracting(SizeObservation.Pod::requestMillis)
        .containsExactly(950L, 900L);
  }

  @Test
  void aTemplateThatWouldReplacePodsStaysAndANewPodIsResizedAtOnce() {
    Scaler web =
        carried(scaler("sizing-new-pod", "web", Vertical.Values.REQUESTS_ONLY), Way.IN_STEP);
    apply("sizing-new-pod", statefulSet("", "requests: {cpu: 500m}"));
    awaitRunning("sizing-new-pod");

    sizer.resize(web, seen(web), WantedSize.ofCpu(900));
    scale("sizing-new-pod", 2);
    SizeObservation.Seen both = awaitPods(web, 2);
    ResizeResult next = sizer.resize(web, both, WantedSize.ofCpu(900));

    assertThat(both.pods())
        .extracting(SizeObservation.Pod::requestMillis)
        .containsExactly(900L, 500L);
    assertThat(next).isEqualTo(new ResizeResult.Resized(1, 0));
    assertThat(seen(web).pods())
        .extracting(SizeObservation.Pod::requestMillis)
        .containsExactly(900L, 900L);
    assertThat(generation("sizing-new-pod")).isEqualTo(2); // the replicas alone
  }

  private static void awaitSize(Scaler scaler, long millis) {
    Eventually.get(
        "the pod is made anew",
        SOON,
        () -> sizer.observe(scaler),
        observed ->
            observed instanceof SizeObservation.Seen known
                && known.smallestAllocatedMillis() == millis);
  }

  private static void scale(String namespace, int replicas) {
    client.apps().statefulSets().inNamespace(namespace).withName("web").scale(replicas);
  }

  private static SizeObservation.Seen awaitPods(Scaler scaler, int pods) {
    return (SizeObservation.Seen)
        Eventually.get(
            "so many pods run",
            SOON,
            () -> sizer.observe(scaler),
            observed ->
                observed instanceof SizeObservation.Seen known && known.pods().size() == pods);
  }

  private static long generation(String namespace) {
    return client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("web")
        .get()
        .getMetadata()
        .getGeneration();
  }

  private static Scaler carried(Scaler scaler, Way way) {
    return scaler.withVertical(
        scaler
            .vertical()
            .orElseThrow()
            .with(new Templating(way, 0.2, Duration.ofMinutes(30), Duration.ofHours(6))));
  }

  private static Vertical within(Vertical vertical, long mostMillis) {
    return new Vertical(
            vertical.container(),
            vertical.leastMillis(),
            mostMillis,
            vertical.values(),
            vertical.targetUse(),
            vertical.podsPerMinute())
        .with(vertical.templating().orElseThrow());
  }

  private static ScalerLine lineWithAPast(Scaler scaler) {
    ScalerLine line =
        new ScalerLine(
            scaler,
            new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    List<LoadPoint> past = new ArrayList<>();
    for (Instant at = AT_WORK.minus(Duration.ofHours(6));
        at.isBefore(AT_WORK);
        at = at.plusSeconds(60)) {
      past.add(pointAt(at));
    }
    line.remindOf(past);
    return line;
  }

  /** Lives through these minutes as pipeline and actuator would. */
  private static SizeDecision live(ScalerLine line, Instant start, int from, int to) {
    Decider decider = new Decider(Decider.Settings.DEFAULT);
    SizeDecision last = null;
    for (int minute = from; minute < to; minute++) {
      LoadPoint point = pointAt(start.plusSeconds(60L * minute));
      line.remember(List.of(point));
      Decided decided =
          line.decide(
              decider,
              Mode.ENFORCING,
              point.end(),
              Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
              line.forecast());
      Scaler scaler = line.scaler();
      SizeObservation.Seen seen = seen(scaler);
      last = line.size(decided, seen).orElseThrow();
      RolloutDecision rollout = last.rollout().orElseThrow();
      if (rollout.changesTemplate()) {
        long wanted = rollout.wanted().cpuMillis();
        assertThat(sizer.rollOut(scaler, seen, rollout.wanted(), last.at()))
            .isInstanceOf(ResizeResult.TemplateChanged.class);
        awaitSize(scaler, wanted);
      } else if (!rollout.inputs().alone()) {
        sizer.resize(scaler, seen, last.wanted());
      }
    }
    return Objects.requireNonNull(last);
  }

  private static String hpa(String resource) {
    return """
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}
      maxReplicas: 3
      metrics:
        - type: Resource
          resource: {name: %s, target: {type: Utilization, averageUtilization: 70}}
    """
        .formatted(resource);
  }

  @Test
  void aContainerThatIsNotThereIsNamedWithThoseThatAre() {
    apply("sizing-name", statefulSet("", "requests: {cpu: 500m}"));

    assertThat(sizer.observe(scaler("sizing-name", "wbe", Vertical.Values.REQUESTS_ONLY)))
        .isEqualTo(
            new SizeObservation.Unseen(
                "ContainerNotFound",
                "container \"wbe\" is none of web; correct vertical.containers[0].name"));
  }

  private static long resizesIn(String namespace) {
    return controlPlane.writesBy("admin").stream()
        .filter(write -> write.contains("pods/resize " + namespace + "/"))
        .count();
  }

  private static SizeObservation.Seen seen(Scaler scaler) {
    return (SizeObservation.Seen) sizer.observe(scaler);
  }

  private static void awaitPending(Scaler scaler) {
    Eventually.get(
        "the node has answered",
        SOON,
        () -> seen(scaler).pods().getFirst().pending(),
        Optional::isPresent);
  }

  private static Pod pod(String namespace) {
    return client.pods().inNamespace(namespace).withName("web-0").get();
  }

  private static Pod awaitRunning(String namespace) {
    return Eventually.get(
            "the pod runs",
            SOON,
            () -> Optional.ofNullable(pod(namespace)),
            pod -> pod.filter(p -> "Running".equals(p.getStatus().getPhase())).isPresent())
        .orElseThrow();
  }

  private static Scaler scaler(String namespace, String container, Vertical.Values values) {
    SeriesSelector.Type counter = SeriesSelector.Type.COUNTER;
    return new Scaler(
            new ScalerId(namespace, "web"),
            new TargetRef("apps/v1", "StatefulSet", "web"),
            Mode.ENFORCING,
            new Bounds(1, 1),
            new Source(new SeriesSelector("requests_total", counter, Map.of()), Optional.empty()),
            Optional.of(
                new Source(new SeriesSelector("cpu_total", counter, Map.of()), Optional.empty())),
            new Objective.RequestsPerReplica(1000),
            new Objective.RequestsPerReplica(1000),
            0.95,
            new LeadTime.Fixed(Duration.ofMinutes(10)),
            Behavior.DEFAULT)
        .withVertical(new Vertical(container, 100, 4000, values, 0.8, 6));
  }

  private static String statefulSet(String annotation, String resources) {
    return """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: web
      replicas: 1
      selector: {matchLabels: {app: web}}
      template:
        metadata:
          labels: {app: web}
          annotations: {%s}
        spec:
          containers:
            - {name: web, image: web, resources: {%s}}
    """
        .formatted(annotation, resources);
  }

  private static void apply(String namespace, String yaml) {
    load(namespace, yaml).serverSideApply();
  }

  private static ListVisitFromServerGetDeleteRecreateWaitApplicable<HasMetadata> load(
      String namespace, String yaml) {
    String all =
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}\n---\n" + yaml;
    return client
        .load(new ByteArrayInputStream(all.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace);
  }
}
