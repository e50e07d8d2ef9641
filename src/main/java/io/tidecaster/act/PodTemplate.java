package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The container of a workload's template, and what a change of it does.
 *
 * <p>It is written by server-side apply with a field manager of its own, which owns the resources
 * of the one container and the annotation {@value #SIZED_AT}, and nothing else: what a GitOps tool
 * can be told to leave alone.
 *
 * @param path of the workload in the API
 * @param carries what a change of it does
 * @param busy the rollout that is on its way; empty where none is
 * @param present its resources: {@code requests.cpu} → {@code 500m}
 * @param owned those of them that our field manager has
 */
record PodTemplate(
    String path,
    JsonNode workload,
    String container,
    Carries carries,
    Optional<String> busy,
    Map<String, String> present,
    Set<String> owned,
    Optional<Instant> writtenAt,
    Optional<RolloutInputs.Undone> undone) {

  /** Who owns the sizes of ours in {@code managedFields}. */
  static final String FIELD_MANAGER = "tidecaster-size";

  /** The annotation of the workload that says when its template was last given a size of ours. */
  static final String SIZED_AT = "tidecaster.io/sized-at";

  private static final String CPU = "requests.cpu";
  private static final String MEMORY = "requests.memory";

  /** What becomes of a change of the template. */
  enum Carries {
    /** The workload's controller replaces every pod. */
    ROLLOUT,
    /** Pods that are made from then on have it, and no other. */
    NEW_PODS
  }

  /** That of a workload; empty where its kind, or its container, cannot be written by apply. */
  static Optional<PodTemplate> of(String path, JsonNode workload, String container) {
    Optional<Carries> carries = carries(workload);
    Map<String, String> present = present(workload, container);
    if (carries.isEmpty() || !present.containsKey(CPU)) {
      return Optional.empty();
    }
    Optional<Instant> writtenAt = instant(workload.at("/metadata/annotations").path(SIZED_AT));
    Set<String> owned =
        present.keySet().stream()
            .filter(field -> ownerOf(workload, container, field, true).isPresent())
            .collect(Collectors.toUnmodifiableSet());
    Optional<RolloutInputs.Undone> undone =
        writtenAt.isPresent() && !owned.contains(CPU)
            ? ownerOf(workload, container, CPU, false)
            : Optional.empty();
    return Optional.of(
        new PodTemplate(
            path,
            workload,
            container,
            carries.get(),
            busy(workload),
            present,
            owned,
            writtenAt,
            undone));
  }

  /** Kinds whose containers are a list by name, as apply needs it. */
  private static Optional<Carries> carries(JsonNode workload) {
    if (!workload.path("apiVersion").asText().equals("apps/v1")) {
      return Optional.empty();
    }
    return switch (workload.path("kind").asText()) {
      case "Deployment" -> Optional.of(Carries.ROLLOUT);
      case "StatefulSet" ->
          Optional.of(
              workload.at("/spec/updateStrategy/type").asText().equals("OnDelete")
                  ? Carries.NEW_PODS
                  : Carries.ROLLOUT);
      case "ReplicaSet" -> Optional.of(Carries.NEW_PODS);
      default -> Optional.empty();
    };
  }

  private static Map<String, String> present(JsonNode workload, String container) {
    Map<String, String> present = new TreeMap<>();
    for (JsonNode one : workload.at("/spec/template/spec/containers")) {
      if (one.path("name").asText().equals(container)) {
        for (String list : Set.of("requests", "limits")) {
          for (String resource : Set.of("cpu", "memory")) {
            JsonNode amount = one.path("resources").path(list).path(resource);
            if (amount.isValueNode()) {
              present.put(list + "." + resource, amount.asText());
            }
          }
        }
      }
    }
    return present;
  }

  /** Who has a field of the container's resources last: we, or one of the others. */
  private static Optional<RolloutInputs.Undone> ownerOf(
      JsonNode workload, String container, String field, boolean ours) {
    String[] names = field.split("\\.", 2);
    Optional<RolloutInputs.Undone> last = Optional.empty();
    for (JsonNode entry : workload.at("/metadata/managedFields")) {
      String manager = entry.path("manager").asText();
      boolean has =
          entry
              .at("/fieldsV1/f:spec/f:template/f:spec/f:containers")
              .path("k:{\"name\":\"%s\"}".formatted(container))
              .path("f:resources")
              .path("f:" + names[0])
              .has("f:" + names[1]);
      if (has && manager.equals(FIELD_MANAGER) == ours) {
        Instant at = instant(entry.path("time")).orElse(Instant.EPOCH);
        if (last.isEmpty() || at.isAfter(last.get().at())) {
          last = Optional.of(new RolloutInputs.Undone(manager, at));
        }
      }
    }
    return last;
  }

  private static Optional<Instant> instant(JsonNode text) {
    try {
      return Optional.of(Instant.parse(text.asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** As {@code kubectl rollout status} sees it; of pods that nobody replaces there is none. */
  private static Optional<String> busy(JsonNode workload) {
    JsonNode status = workload.path("status");
    long replicas = workload.at("/spec/replicas").asLong(1);
    if (workload.at("/spec/paused").asBoolean()) {
      return Optional.of("its rollouts are paused");
    }
    if (status.path("observedGeneration").asLong() < workload.at("/metadata/generation").asLong()) {
      return Optional.of("its controller has not seen its last change");
    }
    if (workload.at("/spec/updateStrategy/type").asText().equals("OnDelete")
        || workload.path("kind").asText().equals("ReplicaSet")) {
      return Optional.empty();
    }
    long updated = status.path("updatedReplicas").asLong();
    boolean revisions =
        status.has("updateRevision")
            && !status.path("updateRevision").equals(status.path("currentRevision"));
    if (updated < replicas || status.path("replicas").asLong() > replicas || revisions) {
      return Optional.of(
          "%d of %d replicas are of its newest template".formatted(updated, replicas));
    }
    long ready = status.path("readyReplicas").asLong();
    return ready < replicas
        ? Optional.of("%d of %d replicas are ready".formatted(ready, replicas))
        : Optional.empty();
  }

  /** How it stands beside the pods that were seen. */
  RolloutInputs.Standing standing(Vertical vertical, SizeObservation.Seen seen) {
    WantedSize limits =
        new WantedSize(
            PodResizer.millis(limit("cpu")).orElse(Long.MAX_VALUE),
            PodMemory.bytes(limit("memory")));
    return new RolloutInputs.Standing(
        seen.smallestAllocatedMillis(),
        seen.pods().stream().flatMapToLong(pod -> pod.memory().allocatedBytes().stream()).min(),
        requests(),
        vertical.values() == Vertical.Values.REQUESTS_ONLY ? Optional.of(limits) : Optional.empty(),
        busy,
        writtenAt,
        undone);
  }

  private JsonNode limit(String resource) {
    return amount("limits." + resource);
  }

  private JsonNode amount(String field) {
    String amount = present.get(field);
    return amount == null
        ? JsonNodeFactory.instance.missingNode()
        : JsonNodeFactory.instance.textNode(amount);
  }

  WantedSize requests() {
    return new WantedSize(
        PodResizer.millis(amount(CPU)).orElseThrow(), PodMemory.bytes(amount(MEMORY)));
  }

  /**
   * A container with what the template is to say of it.
   *
   * @param vertical how it is sized by itself
   * @param wanted empty where that stays
   */
  record Part(Vertical vertical, PodTemplate template, Optional<WantedSize> wanted) {
    boolean changesRequestAlone() {
      return wanted.isPresent() && vertical.values() == Vertical.Values.REQUESTS_ONLY;
    }

    private Map<String, String> resources() {
      return wanted
          .map(size -> template.resources(vertical, size))
          .orElseGet(template::ownedResources);
    }
  }

  /** All containers that are seen, with what is wanted of them. */
  static List<Part> parts(
      Vertical vertical, SizeObservation.Seen seen, Map<String, WantedSize> wanted) {
    Map<String, SizeObservation.Seen> beside = seen.seenBeside();
    List<Part> parts = new ArrayList<>();
    for (Vertical container : vertical.containers()) {
      String name = container.container();
      Optional.ofNullable(name.equals(vertical.container()) ? seen : beside.get(name))
          .flatMap(SizeObservation.Seen::template)
          .ifPresent(template ->
              parts.add(new Part(container, template, Optional.ofNullable(wanted.get(name)))));
    }
    return parts;
  }

  /** {@code 900m CPU} of the only container, {@code crm 900m CPU, envoy 200m CPU} of several. */
  static String told(Vertical vertical, Map<String, WantedSize> wanted) {
    return vertical.containers().stream()
        .map(Vertical::container)
        .filter(wanted::containsKey)
        .map(name -> (vertical.beside().isEmpty() ? "" : name + " ") + wanted.get(name))
        .collect(Collectors.joining(", "));
  }

  /**
   * What is applied for some sizes: the resources they change, and those that are ours already,
   * which apply would take away otherwise.
   *
   * @param at written into the annotation
   */
  ObjectNode applied(List<Part> parts, Instant at) {
    ObjectNode applied = JsonNodeFactory.instance.objectNode();
    applied.set("apiVersion", workload.path("apiVersion"));
    applied.set("kind", workload.path("kind"));
    ObjectNode metadata = applied.putObject("metadata");
    for (String field : Set.of("name", "namespace", "uid", "resourceVersion")) {
      metadata.set(field, workload.path("metadata").path(field));
    }
    metadata.putObject("annotations").put(SIZED_AT, at.toString());
    ArrayNode containers = applied.withObject("/spec/template/spec").putArray("containers");
    for (Part part : parts) {
      Map<String, String> amounts = part.resources();
      if (!amounts.isEmpty()) {
        ObjectNode resources =
            containers.addObject().put("name", part.template().container()).putObject("resources");
        amounts.forEach((field, amount) -> {
          String[] names = field.split("\\.", 2);
          resources.withObject("/" + names[0]).put(names[1], amount);
        });
      }
    }
    return applied;
  }

  private Map<String, String> ownedResources() {
    Map<String, String> resources = new TreeMap<>();
    owned.forEach(field -> resources.put(field, present.getOrDefault(field, "0")));
    return resources;
  }

  private Map<String, String> resources(Vertical vertical, WantedSize wanted) {
    Map<String, String> resources = ownedResources();
    boolean limitsToo = vertical.values() == Vertical.Values.REQUESTS_AND_LIMITS;
    long present = requests().cpuMillis();
    resources.put(CPU, wanted.cpuMillis() + "m");
    PodResizer.millis(limit("cpu")).stream()
        .filter(_ -> limitsToo)
        .forEach(limit ->
            resources.put(
                "limits.cpu",
                PodResizer.Change.inProportion(limit, wanted.cpuMillis(), present) + "m"));
    OptionalLong memory = requests().memoryBytes();
    if (wanted.memoryBytes().isPresent() && memory.isPresent()) {
      long bytes = wanted.memoryBytes().getAsLong();
      resources.put(MEMORY, Long.toString(bytes));
      PodMemory.bytes(limit("memory")).stream()
          .filter(_ -> limitsToo)
          .forEach(limit ->
              resources.put(
                  "limits.memory",
                  Long.toString(PodResizer.Change.inProportion(limit, bytes, memory.getAsLong()))));
    }
    return resources;
  }

  /**
   * Whether all that its containers request is what they are limited to, which other requests would
   * end; of all of them, as the quality of service is the pod's.
   */
  boolean isGuaranteed() {
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode one : workload.at("/spec/template/spec").path(list)) {
        if (!isGuaranteed(one.path("resources"))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isGuaranteed(JsonNode resources) {
    JsonNode limits = resources.path("limits");
    JsonNode requests = resources.path("requests");
    return limits.has("cpu")
        && limits.has("memory")
        && (!requests.has("cpu")
            || PodResizer.millis(requests.path("cpu"))
                .equals(PodResizer.millis(limits.path("cpu"))))
        && (!requests.has("memory")
            || PodMemory.bytes(requests.path("memory"))
                .equals(PodMemory.bytes(limits.path("memory"))));
  }
}
