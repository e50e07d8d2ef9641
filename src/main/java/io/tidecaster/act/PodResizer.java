package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.Vertical;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Resizes pods in place through their {@code /resize} (Kubernetes 1.33 or later).
 *
 * <p>The template of the workload is not written unless {@code vertical} says so, as that would
 * roll out every pod: a new pod starts as the template says and is resized within the minute, and a
 * GitOps tool that keeps the template sees no difference. What is refused, or cannot be done, is
 * not asked for again for a while.
 */
public final class PodResizer implements ContainerSizer {

  /** Nothing is tried within it after a refusal; a node without room is waited for as long. */
  private final Duration respite;

  private final KubernetesRequests requests;
  private final ScalableKinds kinds;
  private final RivalHpas rivals;
  private final StartingPods starting;
  private final InstantSource clock;
  private final Map<ScalerId, Held> held = new ConcurrentHashMap<>();
  private final Map<ScalerId, Held> heldTemplates = new ConcurrentHashMap<>();

  /** A template that somebody undid is left to them for so long. */
  private final Duration handsOff;

  /**
   * What is not asked for again before a time.
   *
   * @param from by the names of the containers; none for any change
   */
  private record Held(Map<String, From> from, Instant until, ResizeResult why) {
    boolean holds(List<PodChange.Wish> wishes, Instant now) {
      return now.isBefore(until)
          && (from.isEmpty() || wishes.stream().anyMatch(wish -> holds(wish)));
    }

    private boolean holds(PodChange.Wish wish) {
      From least = from.get(wish.vertical().container());
      return least != null
          && (wish.wanted().cpuMillis() >= least.millis()
              || wish.wanted().memoryBytes().orElse(0) >= least.bytes());
    }
  }

  /** This much of either, and more. */
  private record From(long millis, long bytes) {}

  public PodResizer(KubernetesClient client, KubernetesLimits limits, InstantSource clock) {
    this.requests = new KubernetesRequests(client, limits.requestTimeout());
    this.kinds = new ScalableKinds(requests, limits.discoveryMaxAge(), clock);
    this.rivals =
        new RivalHpas(
            new NamespaceLists(requests, limits.roomMaxAge(), limits.forbiddenRespite(), clock));
    this.respite = limits.forbiddenRespite();
    this.starting = new StartingPods(respite, this::write);
    this.handsOff = limits.handsOff();
    this.clock = clock;
  }

  @Override
  public SizeObservation observe(Scaler scaler) {
    Vertical vertical = scaler.vertical().orElseThrow();
    try {
      Optional<SizeObservation.Unseen> rival = rivals.beside(scaler);
      if (rival.isPresent()) {
        return rival.get();
      }
      Optional<ScalableKinds.Kind> kind = kinds.find(scaler.target());
      if (kind.isEmpty()) {
        return new SizeObservation.Unseen("TargetNotFound", "the kind of the workload is gone");
      }
      String path = kind.get().path(scaler.id().namespace(), scaler.target().name());
      JsonNode workload = requests.get(path);
      JsonNode pods =
          requests.pods(scaler.id().namespace(), PodWatch.selector(workload.at("/spec/selector")));
      return seen(vertical, new Found(path, workload, pods, clock.instant()));
    } catch (KubernetesClientException e) {
      return new SizeObservation.Unseen(
          e.getCode() == 401 || e.getCode() == 403 ? "Forbidden" : "ApiServerUnreachable",
          "the containers cannot be seen: " + e.getMessage());
    }
  }

  /**
   * What the API server has.
   *
   * @param path of the workload
   */
  private record Found(String path, JsonNode workload, JsonNode pods, Instant at) {}

  /** Without the container that bears the load nothing of a replica can be sized for it. */
  private SizeObservation seen(Vertical vertical, Found found) {
    SizeObservation first = alone(vertical, 0, found);
    if (!(first instanceof SizeObservation.Seen known) || vertical.beside().isEmpty()) {
      return first;
    }
    List<Vertical> containers = vertical.containers();
    Map<String, SizeObservation> beside = new LinkedHashMap<>();
    for (int i = 1; i < containers.size(); i++) {
      beside.put(containers.get(i).container(), alone(vertical, i, found));
    }
    return new SizeObservation.Seen(known.pods(), known.template(), beside);
  }

  private SizeObservation alone(Vertical vertical, int index, Found found) {
    Vertical container = vertical.containers().get(index);
    SizeObservation seen = pods(vertical, index, found);
    return vertical.templating().isPresent() && seen instanceof SizeObservation.Seen known
        ? withTemplate(
            container, known, PodTemplate.of(found.path(), found.workload(), container.container()))
        : seen;
  }

  private static SizeObservation withTemplate(
      Vertical vertical, SizeObservation.Seen seen, Optional<PodTemplate> template) {
    return template.isEmpty() && vertical.rollout().isPresent()
        ? new SizeObservation.Unseen(
            "TemplateUnsupported",
            "container \"%s\" has no resources.requests.cpu in the template of a Deployment, StatefulSet or ReplicaSet; give it one, or set vertical.policy InPlace"
                .formatted(vertical.container()))
        : new SizeObservation.Seen(seen.pods(), template);
  }

  private static List<String> namesIn(JsonNode workload) {
    List<String> names = new ArrayList<>();
    workload
        .at("/spec/template/spec/containers")
        .forEach(container -> names.add(container.path("name").asText()));
    return names;
  }

  private SizeObservation pods(Vertical vertical, int index, Found found) {
    String container = vertical.containers().get(index).container();
    List<String> names = namesIn(found.workload());
    if (!names.contains(container)) {
      return new SizeObservation.Unseen(
          "ContainerNotFound",
          "container \"%s\" is none of %s; correct vertical.containers[%d].name"
              .formatted(container, String.join(", ", names), index));
    }
    List<SizeObservation.Pod> seen = new ArrayList<>();
    boolean runs = false;
    for (JsonNode pod : found.pods()) {
      boolean going = pod.at("/metadata/deletionTimestamp").isTextual();
      if (!going && pod.at("/status/phase").asText().equals("Running")) {
        runs = true;
        podOf(vertical, container, pod, found.at()).ifPresent(seen::add);
      }
    }
    seen.sort(Comparator.comparing(SizeObservation.Pod::name));
    if (!seen.isEmpty()) {
      return new SizeObservation.Seen(seen);
    }
    return !runs
        ? new SizeObservation.Unseen("NoRunningPods", "no pod runs that could be sized")
        : new SizeObservation.Unseen(
            "NoCpuRequest",
            "container \"%s\" requests no CPU; set resources.requests.cpu in the template"
                .formatted(container));
  }

  private Optional<SizeObservation.Pod> podOf(
      Vertical vertical, String name, JsonNode pod, Instant now) {
    JsonNode container = named(pod.at("/spec/containers"), name);
    OptionalLong request = millis(container.at("/resources/requests/cpu"));
    if (request.isEmpty()) {
      return Optional.empty();
    }
    JsonNode status = named(pod.at("/status/containerStatuses"), name);
    boolean guaranteed = pod.at("/status/qosClass").asText("Guaranteed").equals("Guaranteed");
    long allocated = millis(status.at("/allocatedResources/cpu")).orElse(request.getAsLong());
    SizeObservation.Memory memory = PodMemory.of(container, status, guaranteed);
    boolean waits =
        allocated != request.getAsLong() || !memory.allocatedBytes().equals(memory.requestBytes());
    return Optional.of(
        new SizeObservation.Pod(
            pod.at("/metadata/name").asText(),
            request.getAsLong(),
            millis(container.at("/resources/limits/cpu")),
            allocated,
            restarts(container, "cpu"),
            pending(pod).filter(_ -> waits),
            memory,
            starting.age(vertical, pod, now)));
  }

  private static JsonNode named(JsonNode containers, String name) {
    for (JsonNode container : containers) {
      if (container.path("name").asText().equals(name)) {
        return container;
      }
    }
    return JsonNodeFactory.instance.missingNode();
  }

  static OptionalLong millis(JsonNode cpu) {
    if (!cpu.isValueNode()) {
      return OptionalLong.empty();
    }
    BigDecimal cores = Quantity.parse(cpu.asText()).getNumericalAmount();
    return OptionalLong.of(
        cores.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  /** Whether its resizePolicy has a resize of this resource restart the container. */
  static boolean restarts(JsonNode container, String resource) {
    for (JsonNode policy : container.path("resizePolicy")) {
      if (policy.path("resourceName").asText().equals(resource)) {
        return policy.path("restartPolicy").asText().equals("RestartContainer");
      }
    }
    return false;
  }

  private static Optional<SizeObservation.Pending> pending(JsonNode pod) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("PodResizePending")
          && condition.path("status").asText().equals("True")) {
        return Optional.of(
            new SizeObservation.Pending(
                condition.path("reason").asText(),
                condition.path("message").asText(),
                StartingPods.time(condition.path("lastTransitionTime")).orElse(Instant.EPOCH)));
      }
    }
    return Optional.empty();
  }

  @Override
  public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
    Optional<String> unknown = rivals.unknown(scaler);
    if (unknown.isPresent()) {
      return new ResizeResult.Refused(unknown.get());
    }
    Instant now = clock.instant();
    ResizeResult result =
        seen.settled()
            .map(settled -> inPlace(scaler, settled, wanted, now))
            .orElseGet(ResizeResult.AsDecided::new);
    return result instanceof ResizeResult.Held && !(result instanceof ResizeResult.AtLimit)
        ? result
        : inStep(scaler, seen, wanted).orElse(result);
  }

  @Override
  public ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
    return rivals.unknown(scaler).isPresent()
        ? new ResizeResult.AsDecided()
        : starting.resize(scaler, seen, wanted, clock.instant());
  }

  @Override
  public ResizeResult rollOut(
      Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at) {
    Optional<String> unknown = rivals.unknown(scaler);
    return unknown.isPresent()
        ? new ResizeResult.Refused(unknown.get())
        : write(scaler, seen, wanted, at);
  }

  /** Keeps a template in step that replaces no pod; empty where there is nothing to tell. */
  private Optional<ResizeResult> inStep(
      Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
    Vertical vertical = scaler.vertical().orElseThrow();
    if (vertical.rollout().isPresent()) {
      return Optional.empty();
    }
    double deviation = vertical.templating().map(Templating::deviation).orElse(0.0);
    Map<String, WantedSize> sizes = new LinkedHashMap<>();
    Optional<RolloutInputs.Undone> theirs = Optional.empty();
    boolean off = false;
    for (PodChange.Wish wish : PodChange.Wish.of(vertical, seen, wanted)) {
      Optional<PodTemplate> template =
          wish.seen().template().filter(known -> known.carries() == PodTemplate.Carries.NEW_PODS);
      if (template.isEmpty()) {
        continue;
      }
      RolloutInputs.Standing standing = template.get().standing(wish.vertical(), wish.seen());
      WantedSize size = standing.possible(wish.wanted());
      boolean differs = standing.template().differs(size, deviation);
      Optional<RolloutInputs.Undone> undone =
          standing.undone().filter(other -> clock.instant().isBefore(other.at().plus(handsOff)));
      if (undone.isEmpty()) {
        sizes.put(wish.vertical().container(), size);
        off |= differs;
      } else if (differs) {
        theirs = undone;
      }
    }
    return off
        ? Optional.of(write(scaler, seen, sizes, clock.instant()))
        : theirs.map(undone -> undone(scaler, undone));
  }

  private ResizeResult undone(Scaler scaler, RolloutInputs.Undone theirs) {
    return new ResizeResult.UndoneByOther(
        "the template of %s was set by %s at %s, which undid ours, and is left alone until %s; let your tool ignore what field manager %s owns, or set vertical.template Keep"
            .formatted(
                KubernetesScaler.nameOf(scaler),
                theirs.manager(),
                theirs.at(),
                theirs.at().plus(handsOff),
                PodTemplate.FIELD_MANAGER));
  }

  /** One change of the template carries all containers. */
  private ResizeResult write(
      Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at) {
    Vertical vertical = scaler.vertical().orElseThrow();
    Instant now = clock.instant();
    Held holding = heldTemplates.get(scaler.id());
    if (holding != null && holding.holds(List.of(), now)) {
      return holding.why();
    }
    List<PodTemplate.Part> parts = PodTemplate.parts(vertical, seen, wanted);
    PodTemplate template = seen.template().orElseThrow();
    if (template.isGuaranteed() && parts.stream().anyMatch(PodTemplate.Part::changesRequestAlone)) {
      return new ResizeResult.Refused(
          "the template of %s requests what it is limited to, and another request alone would end its quality of service Guaranteed; set controlledValues RequestsAndLimits"
              .formatted(KubernetesScaler.nameOf(scaler)));
    }
    try {
      requests.send(
          KubernetesRequests.Method.APPLY,
          "%s?fieldManager=%s&force=true".formatted(template.path(), PodTemplate.FIELD_MANAGER),
          template.applied(parts, at));
      return new ResizeResult.TemplateChanged(PodTemplate.told(vertical, wanted));
    } catch (KubernetesClientException e) {
      return refusedTemplate(scaler, e, now);
    }
  }

  private ResizeResult refusedTemplate(Scaler scaler, KubernetesClientException e, Instant now) {
    String said =
        "the template of %s is not written: %s"
            .formatted(KubernetesScaler.nameOf(scaler), e.getMessage());
    return switch (e.getCode()) {
      case 400, 401, 403, 404, 405, 422 -> {
        ResizeResult refusal = new ResizeResult.Refused(notBefore(said, now));
        heldTemplates.put(scaler.id(), new Held(Map.of(), now.plus(respite), refusal));
        yield refusal;
      }
      default -> new ResizeResult.Failed(said);
    };
  }

  private ResizeResult inPlace(
      Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted, Instant now) {
    Vertical vertical = scaler.vertical().orElseThrow();
    List<PodChange.Wish> wishes = PodChange.Wish.of(vertical, seen, wanted);
    Optional<ResizeResult> waiting = pending(scaler, seen, wishes, now);
    if (waiting.isPresent()) {
      return waiting.get();
    }
    Held holding = held.get(scaler.id());
    if (holding != null && holding.holds(wishes, now)) {
      return holding.why();
    }
    List<PodChange> others =
        seen.pods().stream().flatMap(pod -> PodChange.of(pod.name(), wishes).stream()).toList();
    if (others.isEmpty()) {
      return restarts(vertical, wishes).orElseGet(() -> atLimit(wishes));
    }
    List<PodChange> first = others.subList(0, Math.min(others.size(), vertical.podsPerMinute()));
    for (PodChange change : first) {
      try {
        write(scaler, change);
      } catch (KubernetesClientException e) {
        return refused(scaler, change, e, now);
      }
    }
    return restarts(vertical, wishes)
        .filter(ResizeResult.Held.class::isInstance)
        .orElseGet(() -> new ResizeResult.Resized(first.size(), others.size() - first.size()));
  }

  /** Where another size would restart a container, a rollout gives it, or nobody does. */
  private static Optional<ResizeResult> restarts(Vertical vertical, List<PodChange.Wish> wishes) {
    return wishes.stream()
        .flatMap(wish ->
            wish.seen().pods().stream()
                .filter(pod -> pod.restarts() && pod.requestMillis() != wish.wanted().cpuMillis())
                .map(pod -> restarts(vertical, wish, pod)))
        .findFirst();
  }

  private static ResizeResult restarts(
      Vertical vertical, PodChange.Wish wish, SizeObservation.Pod pod) {
    return vertical.rollout().isPresent()
        ? new ResizeResult.AsDecided()
        : new ResizeResult.Refused(
            "the resizePolicy of container \"%s\" restarts it for cpu, so it keeps %dm where %dm are wanted; set NotRequired, or policy InPlaceOrRollout"
                .formatted(
                    wish.vertical().container(), pod.requestMillis(), wish.wanted().cpuMillis()));
  }

  /** Nothing is left to do, unless a limit that is not ours to raise is below what is wanted. */
  private static ResizeResult atLimit(List<PodChange.Wish> wishes) {
    return wishes.stream()
        .map(wish -> atLimit(wish.vertical(), wish.seen(), wish.wanted()))
        .filter(ResizeResult.AtLimit.class::isInstance)
        .findFirst()
        .orElseGet(ResizeResult.AsDecided::new);
  }

  private static ResizeResult atLimit(
      Vertical vertical, SizeObservation.Seen seen, WantedSize wanted) {
    if (vertical.values() == Vertical.Values.REQUESTS_AND_LIMITS) {
      return new ResizeResult.AsDecided();
    }
    List<String> limits = new ArrayList<>();
    seen.pods().stream().flatMapToLong(pod -> pod.limitMillis().stream()).min().stream()
        .filter(least -> least < wanted.cpuMillis())
        .forEach(least -> limits.add("%dm CPU where %dm".formatted(least, wanted.cpuMillis())));
    seen.pods().stream().flatMapToLong(pod -> pod.memory().limitBytes().stream()).min().stream()
        .filter(least -> least < wanted.memoryBytes().orElse(0))
        .forEach(least ->
            limits.add(
                "%s of memory where %s"
                    .formatted(
                        Change.mebibytes(least),
                        Change.mebibytes(wanted.memoryBytes().orElseThrow()))));
    return limits.isEmpty()
        ? new ResizeResult.AsDecided()
        : new ResizeResult.AtLimit(
            "container \"%s\" has a limit of %s are wanted; raise the limit, lower maxAllowed, or set controlledValues RequestsAndLimits"
                .formatted(vertical.container(), String.join(", and of ", limits)));
  }

  /** Waits for a node that has no room, and takes back what one can never do. */
  private Optional<ResizeResult> pending(
      Scaler scaler, SizeObservation.Seen seen, List<PodChange.Wish> wishes, Instant now) {
    Optional<Stuck> stuck =
        seen.pods().stream().flatMap(pod -> Stuck.of(pod.name(), wishes).stream()).findFirst();
    if (stuck.isEmpty()) {
      return Optional.empty();
    }
    SizeObservation.Pending why = stuck.get().why();
    String said =
        "pod %s is not resized to %s: %s"
            .formatted(stuck.get().pod(), stuck.get().asked(), why.message());
    if (!why.reason().equals("Infeasible") && now.isBefore(why.since().plus(respite))) {
      return Optional.of(new ResizeResult.Deferred(said + "; waiting, make room on its node"));
    }
    PodChange back = stuck.get().back();
    ResizeResult infeasible =
        new ResizeResult.Infeasible(
            "%s; it keeps %s, lower %s or use larger nodes"
                .formatted(said, back, stuck.get().bound()));
    held.put(scaler.id(), new Held(stuck.get().from(), now.plus(respite), infeasible));
    try {
      write(scaler, back);
    } catch (KubernetesClientException e) {
      return Optional.of(refused(scaler, back, e, now));
    }
    return Optional.of(infeasible);
  }

  /** A pod whose node has not done the last resize, with those of its containers that wait. */
  private record Stuck(
      String pod, boolean alone, SizeObservation.Pending why, List<Waiting> waiting) {

    /** A container that has not what it requests. */
    private record Waiting(Vertical vertical, SizeObservation.Pod pod) {
      boolean waitsForMemory() {
        return !pod.memory().allocatedBytes().equals(pod.memory().requestBytes());
      }

      Change asked() {
        return new Change(
            vertical,
            pod,
            pod.requestMillis(),
            waitsForMemory() ? pod.memory().requestBytes() : OptionalLong.empty());
      }

      Change back() {
        return new Change(
            vertical,
            pod,
            pod.allocatedMillis(),
            waitsForMemory() ? pod.memory().allocatedBytes() : OptionalLong.empty());
      }

      From from() {
        return new From(
            pod.requestMillis() == pod.allocatedMillis() ? Long.MAX_VALUE : pod.requestMillis(),
            waitsForMemory() ? pod.memory().requestBytes().orElse(Long.MAX_VALUE) : Long.MAX_VALUE);
      }
    }

    static Optional<Stuck> of(String name, List<PodChange.Wish> wishes) {
      List<Waiting> waiting =
          wishes.stream()
              .flatMap(wish ->
                  wish.seen().pods().stream()
                      .filter(pod -> pod.name().equals(name) && pod.pending().isPresent())
                      .map(pod -> new Waiting(wish.vertical(), pod)))
              .toList();
      return waiting.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Stuck(
                  name,
                  wishes.getFirst().alone(),
                  waiting.getFirst().pod().pending().orElseThrow(),
                  waiting));
    }

    PodChange asked() {
      return new PodChange(pod, alone, waiting.stream().map(Waiting::asked).toList());
    }

    PodChange back() {
      return new PodChange(pod, alone, waiting.stream().map(Waiting::back).toList());
    }

    /** What to lower so that it is not asked for again. */
    String bound() {
      boolean memory = waiting.stream().anyMatch(Waiting::waitsForMemory);
      boolean cpu =
          waiting.stream()
              .anyMatch(one -> one.pod().requestMillis() != one.pod().allocatedMillis());
      return memory ? cpu ? "maxAllowed" : "maxAllowed.memory" : "maxAllowed.cpu";
    }

    Map<String, From> from() {
      return waiting.stream()
          .collect(Collectors.toMap(one -> one.vertical().container(), Waiting::from));
    }
  }

  private ResizeResult refused(
      Scaler scaler, PodChange change, KubernetesClientException e, Instant now) {
    String said = "pod %s is not resized to %s: %s".formatted(change.pod(), change, e.getMessage());
    return switch (e.getCode()) {
      case 400, 401, 403, 404, 405, 422 -> {
        ResizeResult refusal = new ResizeResult.Refused(notBefore(said, now));
        held.put(scaler.id(), new Held(Map.of(), now.plus(respite), refusal));
        yield refusal;
      }
      default -> new ResizeResult.Failed(said);
    };
  }

  private String notBefore(String said, Instant now) {
    return "%s; not tried again before %s"
        .formatted(said, now.plus(respite).truncatedTo(ChronoUnit.SECONDS));
  }

  private void write(Scaler scaler, PodChange change) {
    requests.send(
        KubernetesRequests.Method.STRATEGIC,
        "/api/v1/namespaces/%s/pods/%s/resize?fieldManager=%s"
            .formatted(scaler.id().namespace(), change.pod(), KubernetesRequests.FIELD_MANAGER),
        change.patch());
  }

  /**
   * What a container of a pod is to request.
   *
   * @param memoryBytes empty where its memory stays
   */
  record Change(Vertical vertical, SizeObservation.Pod pod, long millis, OptionalLong memoryBytes) {
    private static final long MIB = 1L << 20;

    /** A request alone goes no further than its limit, and each as far as needs no restart. */
    static Change of(Vertical vertical, SizeObservation.Pod pod, WantedSize wanted) {
      boolean alone = vertical.values() == Vertical.Values.REQUESTS_ONLY;
      long cpu =
          alone && pod.limitMillis().isPresent()
              ? Math.min(wanted.cpuMillis(), pod.limitMillis().getAsLong())
              : wanted.cpuMillis();
      return new Change(
          vertical,
          pod,
          pod.restarts() ? pod.requestMillis() : cpu,
          memory(alone, pod.memory(), wanted.memoryBytes()));
    }

    private static OptionalLong memory(
        boolean alone, SizeObservation.Memory memory, OptionalLong wanted) {
      if (wanted.isEmpty()
          || memory.requestBytes().isEmpty()
          || memory.change() == MemoryInputs.Change.NONE) {
        return OptionalLong.empty();
      }
      long present = memory.requestBytes().getAsLong();
      long bytes =
          alone && memory.limitBytes().isPresent()
              ? Math.min(wanted.getAsLong(), memory.limitBytes().getAsLong())
              : wanted.getAsLong();
      boolean can = bytes > present || memory.change() == MemoryInputs.Change.BOTH;
      return can && bytes != present ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    boolean isOne() {
      return millis != pod.requestMillis() || memoryBytes.isPresent();
    }

    /** The limits in the proportion that they have to the requests; one of memory never falls. */
    ObjectNode patch() {
      ObjectNode patch = JsonNodeFactory.instance.objectNode().put("name", vertical.container());
      ObjectNode resources = patch.putObject("resources");
      ObjectNode asked = resources.putObject("requests").put("cpu", millis + "m");
      memoryBytes.ifPresent(bytes -> asked.put("memory", Long.toString(bytes)));
      if (vertical.values() != Vertical.Values.REQUESTS_AND_LIMITS) {
        return patch;
      }
      if (pod.limitMillis().isPresent()) {
        long limit = inProportion(pod.limitMillis().getAsLong(), millis, pod.requestMillis());
        resources.withObject("/limits").put("cpu", limit + "m");
      }
      if (memoryBytes.isPresent() && pod.memory().limitBytes().isPresent()) {
        long present = pod.memory().limitBytes().getAsLong();
        long limit =
            inProportion(
                present, memoryBytes.getAsLong(), pod.memory().requestBytes().orElse(present));
        if (limit > present) {
          resources.withObject("/limits").put("memory", Long.toString(limit));
        }
      }
      return patch;
    }

    static String mebibytes(long bytes) {
      return Math.ceilDiv(bytes, MIB) + "Mi";
    }

    static long inProportion(long limit, long to, long from) {
      return Math.max(to, Math.round((double) limit * to / from));
    }

    /** {@code 900m}, {@code 900m CPU and 512Mi}. */
    @Override
    public String toString() {
      return memoryBytes.isPresent()
          ? "%dm CPU and %s".formatted(millis, mebibytes(memoryBytes.getAsLong()))
          : millis + "m";
    }
  }
}
