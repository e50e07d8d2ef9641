package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.crd.v1alpha1.ResourceReader;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// The floors of HPAs: an HPA goes on scaling its workload, and never below what the forecast
/// needs.
///
/// The user's own `minReplicas` stays in an annotation of the HPA and is never gone below. It comes
/// back when the mode in force is no longer Enforcing, and before the PredictiveScaler is gone:
/// that one has a finalizer from before the first floor is raised.
///
/// | annotation of the HPA | value |
/// | --- | --- |
/// | `tidecaster.io/floor-of` | the PredictiveScaler, `namespace/name` |
/// | `tidecaster.io/own-floor` | the user's `minReplicas` |
/// | `tidecaster.io/floor` | ours, while it is higher |
public final class HpaFloors {
  /** What keeps a PredictiveScaler until the floor is given back. */
  public static final String FINALIZER = "tidecaster.io/hpa-floor";

  static final String FLOOR_OF = "tidecaster.io/floor-of";
  static final String OWN_FLOOR = "tidecaster.io/own-floor";
  static final String FLOOR = "tidecaster.io/floor";

  private static final int CONFLICT = 409;
  private static final Logger LOG = Logger.getLogger(HpaFloors.class);
  static final String ROOT = "/apis/autoscaling/v2";
  static final String PLURAL = "horizontalpodautoscalers";

  private static final String ANNOTATIONS = "/metadata/annotations";

  private final KubernetesRequests requests;
  private final Instance.Lookup instances;
  private final Duration handsOff;
  private final InstantSource clock;
  private final Map<ScalerId, Undone> undone = new ConcurrentHashMap<>();
  private volatile String complaint = "";

  /** Somebody set a floor of ours to another value. */
  private record Undone(int theirs, Instant since) {}

  /**
   * The floors of a cluster.
   *
   * @param handsOff for how long a floor that somebody undid is left to them
   */
  public HpaFloors(
      KubernetesRequests requests,
      Instance.Lookup instances,
      Duration handsOff,
      InstantSource clock) {
    this.requests = requests;
    this.instances = instances;
    this.handsOff = handsOff;
    this.clock = clock;
  }

  private static String pathOf(String namespace) {
    return "%s/namespaces/%s/%s".formatted(ROOT, namespace, PLURAL);
  }

  /** What stands in an HPA. */
  private record Floor(int live, boolean held, int ours, int own, int ceiling) {
    static Floor of(JsonNode hpa) {
      int live = hpa.at("/spec/minReplicas").asInt(1);
      JsonNode annotations = hpa.at(ANNOTATIONS);
      boolean held = annotations.has(FLOOR);
      return new Floor(
          live,
          held,
          annotations.path(FLOOR).asInt(live),
          Math.max(1, annotations.path(OWN_FLOOR).asInt(live)),
          hpa.at("/spec/maxReplicas").asInt(live));
    }

    /** The user's own floor: where it is not ours that stands, what they have set since. */
    int usersOwn() {
      return held && live == ours ? own : live;
    }

    boolean isUndone() {
      return held && live != ours;
    }
  }

  /**
   * Lets the HPA keep at least these replicas, between the user's own floor and the ceiling. Where
   * it has changed since it was read, as its status does all the time, it is read anew and judged
   * on what it is now.
   */
  ScaleResult put(Scaler scaler, JsonNode read, int replicas) {
    JsonNode hpa = read;
    for (int attempt = 1; ; attempt++) {
      try {
        return putOn(hpa, scaler, replicas);
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == KubernetesScaler.MOST_WRITES) {
          throw e;
        }
        hpa = anew(hpa).orElseThrow(() -> e);
      }
    }
  }

  /**
   * The same HPA as it is now; empty where it is gone, another of its name, or of another target.
   */
  private Optional<JsonNode> anew(JsonNode hpa) {
    JsonNode found =
        requests
            .get(
                "%s?fieldSelector=metadata.name%%3D%s"
                    .formatted(
                        pathOf(hpa.at("/metadata/namespace").asText()),
                        hpa.at("/metadata/name").asText()))
            .at("/items/0");
    return Stream.of("/metadata/uid", "/spec/scaleTargetRef")
            .allMatch(what -> found.at(what).equals(hpa.at(what)))
        ? Optional.of(found)
        : Optional.empty();
  }

  private ScaleResult putOn(JsonNode hpa, Scaler scaler, int replicas) {
    Floor floor = Floor.of(hpa);
    if (floor.isUndone() && isLeftAlone(scaler.id(), floor)) {
      return new ScaleResult.UndoneByOther(
          "minReplicas of HorizontalPodAutoscaler %s was set to %d, ours was %d; it is left alone for %s; let your tool ignore minReplicas, or set mode Advisory"
              .formatted(nameOf(hpa), floor.live(), floor.ours(), handsOff));
    }
    undone.remove(scaler.id());
    int own = floor.usersOwn();
    int wanted = Math.clamp(replicas, own, Math.max(own, floor.ceiling()));
    if (wanted == floor.live() && !floor.isUndone()) {
      return new ScaleResult.Unchanged();
    }
    if (wanted > own) {
      hold(scaler.id());
    }
    JsonNode answer =
        patch(hpa, wanted, wanted > own ? annotations(scaler.id(), own, wanted) : NO_ANNOTATIONS);
    return new ScaleResult.Scaled(answer.at("/metadata/resourceVersion").asText());
  }

  private boolean isLeftAlone(ScalerId id, Floor floor) {
    Instant now = clock.instant();
    Undone known =
        undone.compute(
            id,
            (key, before) ->
                before != null && before.theirs() == floor.live()
                    ? before
                    : new Undone(floor.live(), now));
    return now.isBefore(known.since().plus(handsOff));
  }

  private static final ObjectNode NO_ANNOTATIONS =
      JsonNodeFactory.instance.objectNode().putNull(FLOOR_OF).putNull(OWN_FLOOR).putNull(FLOOR);

  private static ObjectNode annotations(ScalerId id, int own, int floor) {
    return JsonNodeFactory.instance
        .objectNode()
        .put(FLOOR_OF, id.toString())
        .put(OWN_FLOOR, Integer.toString(own))
        .put(FLOOR, Integer.toString(floor));
  }

  /** On the version that was read: what changed since is answered with a 409. */
  private JsonNode patch(JsonNode hpa, int minReplicas, ObjectNode annotations) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", hpa.at("/metadata/resourceVersion").asText());
    metadata.set("annotations", annotations);
    patch.putObject("spec").put("minReplicas", minReplicas);
    return requests.send(
        KubernetesRequests.Method.MERGE,
        "%s/%s?fieldManager=%s"
            .formatted(
                pathOf(hpa.at("/metadata/namespace").asText()),
                hpa.at("/metadata/name").asText(),
                KubernetesRequests.FIELD_MANAGER),
        patch);
  }

  /** Whether the resource keeps us a floor to give back. */
  private static boolean holds(Instance instance) {
    return instance.finalizers().contains(FINALIZER);
  }

  private void hold(ScalerId id) {
    instances
        .instance(id)
        .filter(instance -> !holds(instance) && !instance.isLeaving())
        .ifPresent(instance -> setFinalizer(id, instance.uid(), true));
  }

  /** Gives the floor back where the resource says that one is held; an error is logged once. */
  void releaseIfHeld(ScalerId id) {
    instances.instance(id).filter(HpaFloors::holds).ifPresent(this::release);
  }

  /** Gives the floor of a resource back, and lets the resource go. */
  public void release(Instance instance) {
    if (!holds(instance)) {
      return;
    }
    try {
      release(instance.id());
      setFinalizer(instance.id(), instance.uid(), false);
      complaint = "";
    } catch (KubernetesClientException e) {
      String now =
          "%s: the HPA's own floor is not given back yet: %s"
              .formatted(instance.id(), e.getMessage());
      if (e.getCode() != 404 && e.getCode() != 409 && !now.equals(complaint)) {
        complaint = now;
        LOG.warn(now);
      }
    }
  }

  private void release(ScalerId id) {
    for (JsonNode hpa : requests.get(pathOf(id.namespace())).path("items")) {
      if (hpa.at(ANNOTATIONS).path(FLOOR_OF).asText().equals(id.toString())) {
        patch(hpa, Floor.of(hpa).usersOwn(), NO_ANNOTATIONS);
        LOG.infof("%s: HorizontalPodAutoscaler %s has its own floor again", id, nameOf(hpa));
      }
    }
    undone.remove(id);
  }

  private void setFinalizer(ScalerId id, String uid, boolean there) {
    String path =
        "%s/namespaces/%s/%s/%s"
            .formatted(
                KubernetesRequests.root(ResourceReader.API_VERSION),
                id.namespace(),
                ResourceReader.PLURAL,
                id.name());
    JsonNode now = requests.get(path);
    ArrayNode finalizers = JsonNodeFactory.instance.arrayNode();
    for (JsonNode finalizer : now.at("/metadata/finalizers")) {
      if (!finalizer.asText().equals(FINALIZER)) {
        finalizers.add(finalizer);
      }
    }
    if (there) {
      finalizers.add(FINALIZER);
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("uid", uid).put("resourceVersion", now.at("/metadata/resourceVersion").asText());
    metadata.set("finalizers", finalizers);
    requests.send(
        KubernetesRequests.Method.MERGE,
        path + "?fieldManager=" + KubernetesRequests.FIELD_MANAGER,
        patch);
  }

  private static String nameOf(JsonNode hpa) {
    return hpa.at("/metadata/namespace").asText() + "/" + hpa.at("/metadata/name").asText();
  }
}
