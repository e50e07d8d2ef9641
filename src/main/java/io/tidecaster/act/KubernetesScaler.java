package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Room;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.TargetRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Any Kubernetes object with a {@code /scale} subresource.
 *
 * <p>An observation of a built-in kind is one GET of the object, which has all that is asked; of
 * another kind it is two, for only {@code /scale} knows where the kind keeps its replicas. With
 * 1,000 scalers of Deployments decided on once a minute these are 1,000 GETs a minute, 17 a second:
 * an eighth of what as many HPAs send, which read {@code /scale} and the metrics every 15 seconds.
 * It is always fresh, and needs no watch over every Deployment of the cluster, nor the right to
 * one. A scaling is two requests.
 */
public final class KubernetesScaler implements ReplicaScaler {
  /** Kinds whose replicas stand at {@code spec.replicas} and {@code status.readyReplicas}. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "apps/v1/Deployment",
          "apps/v1/StatefulSet",
          "apps/v1/ReplicaSet",
          "v1/ReplicationController");

  /** Of an answer; less is what the client says where none came. */
  private static final int LEAST_CODE = 100;

  private static final int UNAVAILABLE = 503;

  /** Attempts at one scaling, as long as nobody else has changed the replicas, or the floor. */
  static final int MOST_WRITES = 3;

  /** The label by which KEDA says of which ScaledObject an HPA is. */
  private static final String SCALED_OBJECT = "scaledobject.keda.sh/name";

  private final KubernetesRequests requests;
  private final ScalableKinds kinds;
  private final Outage outage;
  private final HpaFloors floors;
  private final HandMade handMade;
  private final PodWatch pods;
  private final RoomWatch rooms;
  private final NamespaceLists hpas;
  private final InstantSource clock;

  /** The scalers that no HPA was seen to own when they were last scaled. */
  private final Set<ScalerId> ownerless = ConcurrentHashMap.newKeySet();

  /** When we last set the floor of the HPA that scales it. */
  private final Map<ScalerId, Instant> floored = new ConcurrentHashMap<>();

  /** A scaler of workloads whose PredictiveScalers are not in the cluster. */
  public KubernetesScaler(KubernetesClient client, KubernetesLimits limits, InstantSource clock) {
    this(client, limits, id -> Optional.empty(), clock);
  }

  public KubernetesScaler(
      KubernetesClient client,
      KubernetesLimits limits,
      Instance.Lookup instances,
      InstantSource clock) {
    this.floors =
        new HpaFloors(
            new KubernetesRequests(client, limits.requestTimeout()),
            instances,
            limits.handsOff(),
            clock);
    this.pods = new PodWatch(new KubernetesRequests(client, limits.requestTimeout()), clock);
    this.rooms =
        new RoomWatch(new KubernetesRequests(client, limits.requestTimeout()), limits, clock);
    this.hpas =
        new NamespaceLists(
            new KubernetesRequests(client, limits.requestTimeout()),
            limits.ownerMaxAge(),
            limits.ownerMaxAge(),
            clock);
    this.clock = clock;
    this.handMade = new HandMade(limits.handsOff(), clock);
    this.requests = new KubernetesRequests(client, limits.requestTimeout());
    this.kinds = new ScalableKinds(requests, limits.discoveryMaxAge(), clock);
    this.outage = new Outage(limits.outageRespite(), clock);
  }

  @Override
  public Observation observe(Scaler scaler) {
    Optional<String> out = outage.stillOut();
    if (out.isPresent()) {
      return new Observation.Unreachable(out.get());
    }
    TargetRef target = scaler.target();
    if (!KubernetesRequests.arePathSegments(scaler.id().namespace(), target.name())) {
      return new Observation.NotFound(nameOf(scaler) + " is no name that Kubernetes has");
    }
    try {
      Observation observation = ask(scaler);
      outage.end();
      return observation;
    } catch (KubernetesClientException e) {
      Observation observation = unseen(scaler, e);
      if (observation instanceof Observation.Unreachable(String detail)
          && isOfTheServer(e.getCode(), target)) {
        outage.begin(detail);
      } else {
        outage.end();
      }
      return observation;
    }
  }

  /** A server that is added for one kind, or a webhook of its own, may be away alone. */
  private static boolean isOfTheServer(int code, TargetRef target) {
    return code < LEAST_CODE
        || (code == UNAVAILABLE && BUILT_IN.contains(target.apiVersion() + "/" + target.kind()));
  }

  private Observation ask(Scaler scaler) {
    TargetRef target = scaler.target();
    Optional<ScalableKinds.Kind> kind = kinds.find(target);
    if (kind.isEmpty()) {
      return new Observation.NotFound(
          "the API server has no kind %s of %s in namespaces; install it, or correct scaleTargetRef"
              .formatted(target.kind(), target.apiVersion()));
    }
    if (!kind.get().scalable()) {
      return new Observation.NoScaleSubresource(
          "%s of %s has no /scale; name an object that has"
              .formatted(target.kind(), target.apiVersion()));
    }
    return see(scaler, kind.get().path(scaler.id().namespace(), target.name()));
  }

  private Observation see(Scaler scaler, String path) {
    JsonNode workload = requests.get(path);
    handMade.observe(scaler.id(), workload);
    Fleet fleet = fleet(scaler.target(), workload, path);
    return workload.at("/spec/selector").isObject()
        ? new Observation.Seen(
            fleet,
            pods.look(scaler.id(), workload).withUnread(rooms.unread(scaler.id().namespace())),
            Footprint.of(workload))
        : new Observation.Seen(fleet);
  }

  private Fleet fleet(TargetRef target, JsonNode workload, String path) {
    if (BUILT_IN.contains(target.apiVersion() + "/" + target.kind())) {
      return fleet(
          workload.at("/spec/replicas").asInt(1),
          workload.at("/status/readyReplicas").asInt(0),
          workload,
          workload);
    }
    JsonNode scale = requests.get(path + "/scale");
    return fleet(
        scale.at("/spec/replicas").asInt(0),
        workload.at("/status/readyReplicas").asInt(scale.at("/status/replicas").asInt(0)),
        workload,
        scale);
  }

  /** A pod that a rollout has on top, or that is to go, is there today and no replica. */
  private static Fleet fleet(int asked, int ready, JsonNode workload, JsonNode versioned) {
    return new Fleet(
        asked,
        Math.min(asked, ready),
        CpuRequest.cores(workload),
        versioned.at("/metadata/resourceVersion").asText());
  }

  private static Observation unseen(Scaler scaler, KubernetesClientException e) {
    String sentence = e.getMessage();
    return switch (e.getCode()) {
      case 404 -> new Observation.NotFound(nameOf(scaler) + " is not there: " + sentence);
      case 401, 403 -> new Observation.Forbidden(nameOf(scaler) + " may not be read: " + sentence);
      default ->
          new Observation.Unreachable("the API server does not answer as it should: " + sentence);
    };
  }

  @Override
  public Optional<Room> room(Scaler scaler, Observation.Seen seen, Outcome.Scale wanted) {
    return seen.footprint()
        .map(footprint ->
            wanted.to() > wanted.from()
                ? new Room(rooms.most(scaler.id().namespace(), footprint), Optional.empty())
                : new Room(
                    Optional.empty(),
                    rooms.least(scaler.id().namespace(), footprint, seen.fleet())));
  }

  @Override
  public ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas %d < 0".formatted(replicas));
    }
    try {
      Optional<ScalableKinds.Kind> kind = kinds.find(scaler.target());
      if (kind.isEmpty()) {
        return new ScaleResult.Failed(nameOf(scaler) + " is of a kind that is gone");
      }
      return switch (owner(scaler)) {
        case Owner.None none ->
            switch (scaler.actuation()) {
              case AUTO, SCALE -> put(scaler, kind.get(), decidedOn, replicas);
              case HPA_FLOOR ->
                  new ScaleResult.Failed(
                      "no HPA scales %s; make one, or set horizontal.actuator Auto"
                          .formatted(nameOf(scaler)));
              case KEDA ->
                  new ScaleResult.Failed(
                      "no ScaledObject scales %s; make one with a trigger that asks Tidecaster, or set horizontal.actuator Auto"
                          .formatted(nameOf(scaler)));
            };
        case Owner.Keda(String scaledObject) -> leftTo(scaledObject, scaler);
        case Owner.Hpa(JsonNode hpa) -> floor(scaler, hpa, replicas);
        case Owner.Other(ScaleResult refusal) -> refusal;
      };
    } catch (KubernetesClientException e) {
      return refused(scaler, e);
    }
  }

  @Override
  public Optional<ScaleResult> hold(Scaler scaler, int replicas) {
    if (scaler.actuation() == Actuation.SCALE || ownerless.contains(scaler.id())) {
      return Optional.empty();
    }
    try {
      return switch (owner(scaler)) {
        case Owner.Hpa(JsonNode hpa) -> Optional.of(floor(scaler, hpa, replicas));
        case Owner.Keda(String scaledObject) -> Optional.of(leftTo(scaledObject, scaler));
        case Owner.None _, Owner.Other _ -> Optional.empty();
      };
    } catch (KubernetesClientException e) {
      return Optional.of(refused(scaler, e));
    }
  }

  private ScaleResult floor(Scaler scaler, JsonNode hpa, int replicas) {
    ScaleResult result = floors.put(scaler, hpa, replicas);
    if (!(result instanceof ScaleResult.Unchanged)) {
      floored.put(scaler.id(), clock.instant());
    }
    return result;
  }

  private static ScaleResult leftTo(String scaledObject, Scaler scaler) {
    return new ScaleResult.LeftToKeda(
        "ScaledObject %s asks Tidecaster and scales %s".formatted(scaledObject, nameOf(scaler)));
  }

  @Override
  public void release(Scaler scaler) {
    floors.releaseIfHeld(scaler.id());
  }

  /**
   * Writes on the version that was decided on. Where something else of the workload has changed, as
   * its status does all the time during a rollout, and the replicas have not, it is read anew and
   * written at once on what it is now.
   */
  private ScaleResult put(Scaler scaler, ScalableKinds.Kind kind, Fleet decidedOn, int replicas) {
    Fleet known = decidedOn;
    for (int attempt = 1; ; attempt++) {
      try {
        return put(scaler, kind, known.resourceVersion(), replicas);
      } catch (KubernetesClientException e) {
        if (e.getCode() != 409 || attempt == MOST_WRITES) {
          throw e;
        }
        String path = kind.path(scaler.id().namespace(), scaler.target().name());
        JsonNode workload = requests.get(path);
        handMade.observe(scaler.id(), workload);
        known = fleet(scaler.target(), workload, path);
        if (known.specReplicas() != decidedOn.specReplicas()) {
          throw e;
        }
      }
    }
  }

  private ScaleResult put(
      Scaler scaler, ScalableKinds.Kind kind, String resourceVersion, int replicas) {
    Optional<String> theirs = handMade.undone(scaler.id());
    if (theirs.isPresent()) {
      return new ScaleResult.UndoneByOther(nameOf(scaler) + " " + theirs.get());
    }
    String namespace = scaler.id().namespace();
    String name = scaler.target().name();
    ObjectNode scale = JsonNodeFactory.instance.objectNode();
    scale.put("apiVersion", "autoscaling/v1").put("kind", "Scale");
    scale
        .putObject("metadata")
        .put("namespace", namespace)
        .put("name", name)
        .put("resourceVersion", resourceVersion);
    scale.putObject("spec").put("replicas", replicas);
    JsonNode answer =
        requests.send(
            KubernetesRequests.Method.REPLACE,
            kind.path(namespace, name) + "/scale?fieldManager=" + KubernetesRequests.FIELD_MANAGER,
            scale);
    handMade.scaled(scaler.id());
    return new ScaleResult.Scaled(answer.at("/metadata/resourceVersion").asText());
  }

  /** Who scales a workload besides us. */
  private sealed interface Owner {
    record None() implements Owner {}

    record Hpa(JsonNode hpa) implements Owner {}

    /** KEDA, which asks us. */
    record Keda(String scaledObject) implements Owner {}

    record Other(ScaleResult refusal) implements Owner {}
  }

  private static ScaleResult refused(Scaler scaler, KubernetesClientException e) {
    String sentence = e.getMessage();
    return switch (e.getCode()) {
      case 409 ->
          new ScaleResult.Conflict(nameOf(scaler) + " changed since it was decided: " + sentence);
      case 401, 403 ->
          new ScaleResult.Forbidden(nameOf(scaler) + " may not be scaled: " + sentence);
      default -> new ScaleResult.Failed(nameOf(scaler) + " was not scaled: " + sentence);
    };
  }

  /**
   * Who scales the same object. It is looked for before each scaling rather than watched: scalings
   * are rare, and the answer is younger than {@code ownerMaxAge} and than our last write. An HPA
   * that has changed since answers our write with a conflict, and is read anew.
   */
  private Owner owner(Scaler scaler) {
    List<JsonNode> owners = new ArrayList<>();
    try {
      for (JsonNode hpa :
          hpas.items(
              HpaFloors.ROOT,
              scaler.id().namespace(),
              HpaFloors.PLURAL,
              floored.getOrDefault(scaler.id(), Instant.MIN))) {
        if (isOf(hpa.at("/spec/scaleTargetRef"), scaler.target())) {
          owners.add(hpa);
        }
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        return new Owner.Other(
            new ScaleResult.Forbidden(
                "whether an HPA scales %s may not be asked; grant list on horizontalpodautoscalers: %s"
                    .formatted(nameOf(scaler), e.getMessage())));
      }
      throw e;
    }
    if (owners.isEmpty()) {
      ownerless.add(scaler.id());
      return new Owner.None();
    }
    ownerless.remove(scaler.id());
    JsonNode first = owners.getFirst();
    if (owners.size() > 1) {
      return refusal(
          "HorizontalPodAutoscalers %s and %s both scale %s; delete one"
              .formatted(nameOf(first), nameOf(owners.get(1)), nameOf(scaler)));
    }
    Optional<String> scaledObject = scaledObjectOf(first);
    if (scaledObject.isPresent()) {
      return keda(scaler, scaledObject.get(), first);
    }
    return switch (scaler.actuation()) {
      case AUTO, HPA_FLOOR -> new Owner.Hpa(first);
      case SCALE, KEDA ->
          refusal(
              "HorizontalPodAutoscaler %s scales %s; delete it, or set horizontal.actuator Auto"
                  .formatted(nameOf(first), nameOf(scaler)));
    };
  }

  private static Owner keda(Scaler scaler, String scaledObject, JsonNode hpa) {
    return switch (scaler.actuation()) {
      case AUTO, KEDA ->
          asksUs(hpa)
              ? new Owner.Keda(scaledObject)
              : refusal(
                  "ScaledObject %s scales %s and does not ask Tidecaster; give it a trigger that does, delete it, or set mode Advisory"
                      .formatted(scaledObject, nameOf(scaler)));
      case SCALE, HPA_FLOOR ->
          refusal(
              "ScaledObject %s scales %s; delete it, set horizontal.actuator Keda, or mode Advisory"
                  .formatted(scaledObject, nameOf(scaler)));
    };
  }

  /** KEDA puts the number of the trigger and a dash before the name of our metric. */
  static boolean asksUs(JsonNode hpa) {
    for (JsonNode metric : hpa.at("/spec/metrics")) {
      String name = metric.at("/external/metric/name").asText();
      if (name.matches("s\\d+-" + Actuation.KEDA_METRIC)) {
        return true;
      }
    }
    return false;
  }

  private static Owner refusal(String sentence) {
    return new Owner.Other(new ScaleResult.OwnedByOther(sentence));
  }

  static String nameOf(JsonNode object) {
    return object.at("/metadata/namespace").asText() + "/" + object.at("/metadata/name").asText();
  }

  /** KEDA makes the HPA of a ScaledObject, and keeps its floor as the ScaledObject says. */
  static Optional<String> scaledObjectOf(JsonNode hpa) {
    JsonNode label = hpa.at("/metadata/labels").path(SCALED_OBJECT);
    if (label.isTextual()) {
      return Optional.of(hpa.at("/metadata/namespace").asText() + "/" + label.asText());
    }
    for (JsonNode owner : hpa.at("/metadata/ownerReferences")) {
      if (owner.path("kind").asText().equals("ScaledObject")) {
        return Optional.of(
            hpa.at("/metadata/namespace").asText() + "/" + owner.path("name").asText());
      }
    }
    return Optional.empty();
  }

  /** Whether a reference means the target; an HPA's may name another version, or none. */
  static boolean isOf(JsonNode reference, TargetRef target) {
    String apiVersion = reference.path("apiVersion").asText("");
    return reference.path("kind").asText().equals(target.kind())
        && reference.path("name").asText().equals(target.name())
        && (apiVersion.isEmpty() || groupOf(apiVersion).equals(groupOf(target.apiVersion())));
  }

  private static String groupOf(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  static String nameOf(Scaler scaler) {
    return "%s %s/%s"
        .formatted(scaler.target().kind(), scaler.id().namespace(), scaler.target().name());
  }
}
