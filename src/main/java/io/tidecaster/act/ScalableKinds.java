package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.workload.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where the API server has each kind, as its discovery says; remembered for a time. */
final class ScalableKinds {
  /** Most kinds that are remembered; with one more all are asked for again. */
  private static final int MOST = 256;

  /** A kind that is not there may be on its way: its CRD is installed after its scaler. */
  private static final Duration ABSENCE_MAX_AGE = Duration.ofMinutes(1);

  private final KubernetesRequests requests;
  private final Duration maxAge;
  private final InstantSource clock;
  private final Map<Key, Found> found = new ConcurrentHashMap<>();

  private record Key(String apiVersion, String kind) {}

  private record Found(Optional<Kind> kind, Instant at) {}

  /**
   * A kind's place.
   *
   * @param plural its name in paths
   * @param scalable whether it has {@code /scale}
   */
  record Kind(String root, String plural, boolean scalable) {
    String path(String namespace, String name) {
      return "%s/namespaces/%s/%s/%s".formatted(root, namespace, plural, name);
    }
  }

  ScalableKinds(KubernetesRequests requests, Duration maxAge, InstantSource clock) {
    this.requests = requests;
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /**
   * The kind, or empty where the API server has none of that name.
   *
   * @throws KubernetesClientException where it cannot be asked
   */
  Optional<Kind> find(TargetRef target) {
    var key = new Key(target.apiVersion(), target.kind());
    Instant now = clock.instant();
    var known = found.get(key);
    if (known != null && now.isBefore(known.at().plus(age(known)))) {
      return known.kind();
    }
    if (found.size() >= MOST) {
      found.clear();
    }
    var asked = ask(target);
    found.put(key, new Found(asked, now));
    return asked;
  }

  private Duration age(Found known) {
    return known.kind().isPresent() || maxAge.compareTo(ABSENCE_MAX_AGE) < 0
        ? maxAge
        : ABSENCE_MAX_AGE;
  }

  private Optional<Kind> ask(TargetRef target) {
    if (!KubernetesRequests.arePathSegments(target.apiVersion().split("/", 2))) {
      return Optional.empty();
    }
    String root = KubernetesRequests.root(target.apiVersion());
    try {
      return kind(root, requests.get(root).path("resources"), target.kind());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<Kind> kind(String root, JsonNode resources, String kind) {
    for (JsonNode resource : resources) {
      String name = resource.path("name").asText();
      if (resource.path("kind").asText().equals(kind)
          && !name.contains("/")
          && resource.path("namespaced").asBoolean()) {
        return Optional.of(new Kind(root, name, has(resources, name + "/scale")));
      }
    }
    return Optional.empty();
  }

  private static boolean has(JsonNode resources, String name) {
    for (JsonNode resource : resources) {
      if (resource.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
