package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.decide.Fleet;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.TargetRef;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

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

  private final KubernetesRequests requests;
  private final ScalableKinds kinds;
  private final Outage outage;

  public KubernetesScaler(KubernetesClient client, KubernetesLimits limits, InstantSource clock) {
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
    Observation observation = ask(scaler);
    if (observation instanceof Observation.Unreachable(String detail)) {
      outage.begin(detail);
    } else {
      outage.end();
    }
    return observation;
  }

  private Observation ask(Scaler scaler) {
    TargetRef target = scaler.target();
    if (!KubernetesRequests.arePathSegments(scaler.id().namespace(), target.name())) {
      return new Observation.NotFound(nameOf(scaler) + " is no name that Kubernetes has");
    }
    try {
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
      return new Observation.Seen(
          fleet(target, kind.get().path(scaler.id().namespace(), target.name())));
    } catch (KubernetesClientException e) {
      return unseen(scaler, e);
    }
  }

  private Fleet fleet(TargetRef target, String path) {
    JsonNode workload = requests.get(path);
    if (BUILT_IN.contains(target.apiVersion() + "/" + target.kind())) {
      return new Fleet(
          workload.at("/spec/replicas").asInt(1),
          workload.at("/status/readyReplicas").asInt(0),
          CpuRequest.cores(workload),
          workload.at("/metadata/resourceVersion").asText());
    }
    JsonNode scale = requests.get(path + "/scale");
    return new Fleet(
        scale.at("/spec/replicas").asInt(0),
        workload.at("/status/readyReplicas").asInt(scale.at("/status/replicas").asInt(0)),
        CpuRequest.cores(workload),
        scale.at("/metadata/resourceVersion").asText());
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
  public ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas %d < 0".formatted(replicas));
    }
    try {
      Optional<ScalableKinds.Kind> kind = kinds.find(scaler.target());
      if (kind.isEmpty()) {
        return new ScaleResult.Failed(nameOf(scaler) + " is of a kind that is gone");
      }
      Optional<ScaleResult> owned = ownedByOther(scaler);
      return owned.isPresent()
          ? owned.get()
          : put(scaler, kind.get(), decidedOn.resourceVersion(), replicas);
    } catch (KubernetesClientException e) {
      return refused(scaler, e);
    }
  }

  private ScaleResult put(
      Scaler scaler, ScalableKinds.Kind kind, String resourceVersion, int replicas) {
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
    return new ScaleResult.Scaled(answer.at("/metadata/resourceVersion").asText());
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
   * An HPA that scales the same object, a ScaledObject's among them. It is looked for before each
   * scaling rather than watched: scalings are rare, and the answer is of this moment.
   */
  private Optional<ScaleResult> ownedByOther(Scaler scaler) {
    String path =
        "/apis/autoscaling/v2/namespaces/%s/horizontalpodautoscalers"
            .formatted(scaler.id().namespace());
    JsonNode list;
    try {
      list = requests.get(path + "?resourceVersion=0");
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        return Optional.of(
            new ScaleResult.Forbidden(
                "whether an HPA scales %s may not be asked; grant list on horizontalpodautoscalers: %s"
                    .formatted(nameOf(scaler), e.getMessage())));
      }
      throw e;
    }
    for (JsonNode hpa : list.path("items")) {
      if (isOf(hpa.at("/spec/scaleTargetRef"), scaler.target())) {
        return Optional.of(
            new ScaleResult.OwnedByOther(
                "HorizontalPodAutoscaler %s/%s scales %s; delete it, or set mode Advisory"
                    .formatted(
                        scaler.id().namespace(),
                        hpa.at("/metadata/name").asText(),
                        nameOf(scaler))));
      }
    }
    return Optional.empty();
  }

  /** Whether a reference means the target; an HPA's may name another version, or none. */
  private static boolean isOf(JsonNode reference, TargetRef target) {
    String apiVersion = reference.path("apiVersion").asText("");
    return reference.path("kind").asText().equals(target.kind())
        && reference.path("name").asText().equals(target.name())
        && (apiVersion.isEmpty() || groupOf(apiVersion).equals(groupOf(target.apiVersion())));
  }

  private static String groupOf(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  private static String nameOf(Scaler scaler) {
    return "%s %s/%s"
        .formatted(scaler.target().kind(), scaler.id().namespace(), scaler.target().name());
  }
}
