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
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.Vertical;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

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
   * @param fromMillis this CPU and more; 0 for any change
   * @param fromBytes this memory and more
   */
  private record Held(long fromMillis, long fromBytes, Instant until, ResizeResult why) {
    boolean holds(WantedSize wanted, Instant now) {
      return now.isBefore(until)
          && (wanted.cpuMillis() >= fromMillis || wanted.memoryBytes().orElse(0) >= fromBytes);
    }
  }

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
      SizeObservation seen = seen(vertical, pods, namesIn(workload), clock.instant());
      return vertical.templating().isPresent() && seen instanceof SizeObservation.Seen known
          ? withTemplate(vertical, known, PodTemplate.of(path, workload, vertical.container()))
          : seen;
    } catch (KubernetesClientException e) {
      return new SizeObservation.Unseen(
          e.getCode() == 401 || e.getCode() == 403 ? "Forbidden" : "ApiServerUnreachable",
          "the containers cannot be seen: " + e.getMessage());
    }
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

  private SizeObservation seen(Vertical vertical, JsonNode pods, List<String> names, Instant now) {
    if (!names.contains(vertical.container())) {
      return new SizeObservation.Unseen(
          "ContainerNotFound",
          "container \"%s\" is none of %s; correct vertical.containers[0].name"
              .formatted(vertical.container(), String.join(", ", names)));
    }
    List<SizeObservation.Pod> seen = new ArrayList<>();
    boolean runs = false;
    for (JsonNode pod : pods) {
      boolean going = pod.at("/metadata/deletionTimestamp").isTextual();
      if (!going && pod.at("/status/phase").asText().equals("Running")) {
        runs = true;
        podOf(vertical, pod, now).ifPresent(seen::add);
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
                .formatted(vertical.container()));
  }

  private Optional<SizeObservation.Pod> podOf(Vertical vertical, JsonNode pod, Instant now) {
    JsonNode container = named(pod.at("/spec/containers"), vertical.container());
    OptionalLong request = millis(container.at("/resources/requests/cpu"));
    if (request.isEmpty()) {
      return Optional.empty();
    }
    JsonNode status = named(pod.at("/status/containerStatuses"), vertical.container());
    long allocated = millis(status.at("/allocatedResources/cpu")).orElse(request.getAsLong());
    SizeObservation.Memory memory = PodMemory.of(container, status);
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
  public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted) {
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
  public ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted) {
    return rivals.unknown(scaler).isPresent()
        ? new ResizeResult.AsDecided()
        : starting.resize(scaler, seen, wanted, clock.instant());
  }

  @Override
  public ResizeResult rollOut(
      Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant at) {
    Optional<String> unknown = rivals.unknown(scaler);
    return unknown.isPresent()
        ? new ResizeResult.Refused(unknown.get())
        : write(scaler, seen.template().orElseThrow(), wanted, at);
  }

  /** Keeps a template in step that replaces no pod; empty where there is nothing to tell. */
  private Optional<ResizeResult> inStep(
      Scaler scaler, SizeObservation.Seen seen, WantedSize wanted) {
    Vertical vertical = scaler.vertical().orElseThrow();
    Optional<PodTemplate> template =
        seen.template().filter(known -> known.carries() == PodTemplate.Carries.NEW_PODS);
    if (template.isEmpty() || vertical.rollout().isPresent()) {
      return Optional.empty();
    }
    RolloutInputs.Standing standing = template.get().standing(vertical, seen);
    WantedSize size = standing.possible(wanted);
    double deviation = vertical.templating().orElseThrow().deviation();
    if (!standing.template().differs(size, deviation)) {
      return Optional.empty();
    }
    Optional<RolloutInputs.Undone> theirs =
        standing.undone().filter(other -> clock.instant().isBefore(other.at().plus(handsOff)));
    return Optional.of(
        theirs.isPresent()
            ? new ResizeResult.UndoneByOther(
                "the template of %s was set by %s at %s, which undid ours, and is left alone until %s; let your tool ignore what field manager %s owns, or set vertical.template Keep"
                    .formatted(
                        KubernetesScaler.nameOf(scaler),
                        theirs.get().manager(),
                        theirs.get().at(),
                        theirs.get().at().plus(handsOff),
                        PodTemplate.FIELD_MANAGER))
            : write(scaler, template.get(), size, clock.instant()));
  }

  private ResizeResult write(Scaler scaler, PodTemplate template, WantedSize wanted, Instant at) {
    Vertical vertical = scaler.vertical().orElseThrow();
    Instant now = clock.instant();
    Held holding = heldTemplates.get(scaler.id());
    if (holding != null && holding.holds(wanted, now)) {
      return holding.why();
    }
    if (vertical.values() == Vertical.Values.REQUESTS_ONLY && template.isGuaranteed()) {
      return new ResizeResult.Refused(
          "the template of %s requests what it is limited to, and another request alone would end its quality of service Guaranteed; set controlledValues RequestsAndLimits"
              .formatted(KubernetesScaler.nameOf(scaler)));
    }
    try {
      requests.send(
          KubernetesRequests.Method.APPLY,
          "%s?fieldManager=%s&force=true".formatted(template.path(), PodTemplate.FIELD_MANAGER),
          template.applied(vertical, wanted, at));
      return new ResizeResult.TemplateChanged(wanted.toString());
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
        heldTemplates.put(scaler.id(), new Held(0, 0, now.plus(respite), refusal));
        yield refusal;
      }
      default -> new ResizeResult.Failed(said);
    };
  }

  private ResizeResult inPlace(
      Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant now) {
    Vertical vertical = scaler.vertical().orElseThrow();
    Optional<ResizeResult> waiting = pending(scaler, vertical, seen, now);
    if (waiting.isPresent()) {
      return waiting.get();
    }
    Held holding = held.get(scaler.id());
    if (holding != null && holding.holds(wanted, now)) {
      return holding.why();
    }
    List<Change> others =
        seen.pods().stream()
            .map(pod -> Change.of(vertical, pod, wanted))
            .filter(Change::isOne)
            .toList();
    if (others.isEmpty()) {
      return restarts(vertical, seen, wanted).orElseGet(() -> atLimit(vertical, seen, wanted));
    }
    List<Change> first = others.subList(0, Math.min(others.size(), vertical.podsPerMinute()));
    for (Change change : first) {
      try {
        write(scaler, vertical, change);
      } catch (KubernetesClientException e) {
        return refused(scaler, change, e, now);
      }
    }
    return restarts(vertical, seen, wanted)
        .filter(ResizeResult.Held.class::isInstance)
        .orElseGet(() -> new ResizeResult.Resized(first.size(), others.size() - first.size()));
  }

  /** Where another size would restart the container, a rollout gives it, or nobody does. */
  private static Optional<ResizeResult> restarts(
      Vertical vertical, SizeObservation.Seen seen, WantedSize wanted) {
    return seen.pods().stream()
        .filter(pod -> pod.restarts() && pod.requestMillis() != wanted.cpuMillis())
        .findFirst()
        .map(pod ->
            vertical.rollout().isPresent()
                ? new ResizeResult.AsDecided()
                : new ResizeResult.Refused(
                    "the resizePolicy of container \"%s\" restarts it for cpu, so it keeps %dm where %dm are wanted; set NotRequired, or policy InPlaceOrRollout"
                        .formatted(vertical.container(), pod.requestMillis(), wanted.cpuMillis())));
  }

  /** Nothing is left to do, unless a limit that is not ours to raise is below what is wanted. */
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
      Scaler scaler, Vertical vertical, SizeObservation.Seen seen, Instant now) {
    Optional<SizeObservation.Pod> stuck =
        seen.pods().stream().filter(pod -> pod.pending().isPresent()).findFirst();
    if (stuck.isEmpty()) {
      return Optional.empty();
    }
    SizeObservation.Pod pod = stuck.get();
    SizeObservation.Pending why = pod.pending().orElseThrow();
    String said =
        "pod %s is not resized to %s: %s".formatted(pod.name(), asked(pod), why.message());
    if (!why.reason().equals("Infeasible") && now.isBefore(why.since().plus(respite))) {
      return Optional.of(new ResizeResult.Deferred(said + "; waiting, make room on its node"));
    }
    SizeObservation.Memory memory = pod.memory();
    boolean moreMemory = !memory.allocatedBytes().equals(memory.requestBytes());
    OptionalLong memoryBack = moreMemory ? memory.allocatedBytes() : OptionalLong.empty();
    ResizeResult infeasible =
        new ResizeResult.Infeasible(
            "%s; it keeps %s, lower %s or use larger nodes"
                .formatted(
                    said,
                    new Change(pod, pod.allocatedMillis(), memoryBack),
                    moreMemory
                        ? pod.requestMillis() == pod.allocatedMillis()
                            ? "maxAllowed.memory"
                            : "maxAllowed"
                        : "maxAllowed.cpu"));
    held.put(
        scaler.id(),
        new Held(
            pod.requestMillis() == pod.allocatedMillis() ? Long.MAX_VALUE : pod.requestMillis(),
            moreMemory ? memory.requestBytes().orElse(Long.MAX_VALUE) : Long.MAX_VALUE,
            now.plus(respite),
            infeasible));
    Change back = new Change(pod, pod.allocatedMillis(), memoryBack);
    try {
      write(scaler, vertical, back);
    } catch (KubernetesClientException e) {
      return Optional.of(refused(scaler, back, e, now));
    }
    return Optional.of(infeasible);
  }

  private static String asked(SizeObservation.Pod pod) {
    return new Change(
            pod,
            pod.requestMillis(),
            pod.memory().allocatedBytes().equals(pod.memory().requestBytes())
                ? OptionalLong.empty()
                : pod.memory().requestBytes())
        .toString();
  }

  private ResizeResult refused(
      Scaler scaler, Change change, KubernetesClientException e, Instant now) {
    String said =
        "pod %s is not resized to %s: %s".formatted(change.pod().name(), change, e.getMessage());
    return switch (e.getCode()) {
      case 400, 401, 403, 404, 405, 422 -> {
        ResizeResult refusal = new ResizeResult.Refused(notBefore(said, now));
        held.put(scaler.id(), new Held(0, 0, now.plus(respite), refusal));
        yield refusal;
      }
      default -> new ResizeResult.Failed(said);
    };
  }

  private String notBefore(String said, Instant now) {
    return "%s; not tried again before %s"
        .formatted(said, now.plus(respite).truncatedTo(ChronoUnit.SECONDS));
  }

  private void write(Scaler scaler, Vertical vertical, Change change) {
    boolean limitsToo = vertical.values() == Vertical.Values.REQUESTS_AND_LIMITS;
    requests.send(
        KubernetesRequests.Method.STRATEGIC,
        "/api/v1/namespaces/%s/pods/%s/resize?fieldManager=%s"
            .formatted(
                scaler.id().namespace(), change.pod().name(), KubernetesRequests.FIELD_MANAGER),
        change.patch(vertical.container(), limitsToo));
  }

  /**
   * What a pod is to request.
   *
   * @param memoryBytes empty where its memory stays
   */
  record Change(SizeObservation.Pod pod, long millis, OptionalLong memoryBytes) {
    private static final long MIB = 1L << 20;

    /** A request alone goes no further than its limit, and each as far as needs no restart. */
    static Change of(Vertical vertical, SizeObservation.Pod pod, WantedSize wanted) {
      boolean alone = vertical.values() == Vertical.Values.REQUESTS_ONLY;
      long cpu =
          alone && pod.limitMillis().isPresent()
              ? Math.min(wanted.cpuMillis(), pod.limitMillis().getAsLong())
              : wanted.cpuMillis();
      return new Change(
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
    ObjectNode patch(String container, boolean limitsToo) {
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      ObjectNode named = patch.putObject("spec").putArray("containers").addObject();
      ObjectNode resources = named.put("name", container).putObject("resources");
      ObjectNode asked = resources.putObject("requests").put("cpu", millis + "m");
      memoryBytes.ifPresent(bytes -> asked.put("memory", Long.toString(bytes)));
      if (!limitsToo) {
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
