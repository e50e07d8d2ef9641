package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What there is of a kind in a namespace, from the API server's cache; asked for once within a time
 * for all who want to know.
 */
final class NamespaceLists {
  /** Most lists that are remembered; with one more all are asked for again. */
  private static final int MOST = 8_192;

  private final KubernetesRequests requests;
  private final Duration maxAge;
  private final Duration forbiddenFor;
  private final InstantSource clock;
  private final Map<String, Remembered> lists = new ConcurrentHashMap<>();

  /**
   * Lists that are not asked for yet.
   *
   * @param maxAge a list is no older than this, nor is the news that there is none
   * @param forbiddenFor a list that is forbidden is not asked for again within this time
   */
  NamespaceLists(
      KubernetesRequests requests, Duration maxAge, Duration forbiddenFor, InstantSource clock) {
    this.requests = requests;
    this.maxAge = maxAge;
    this.forbiddenFor = forbiddenFor;
    this.clock = clock;
  }

  /**
   * The list.
   *
   * @param root of its group and version: {@code /apis/apps/v1}
   * @param since it is younger than this, too: what we have written ourselves stands in it
   * @throws KubernetesClientException where it cannot be had, the one of then within the time
   */
  JsonNode items(String root, String namespace, String plural, Instant since) {
    if (lists.size() >= MOST) {
      lists.clear();
    }
    return lists.computeIfAbsent(pathOf(root, namespace, plural), Remembered::new).orThrow(since);
  }

  /** Why a list that was asked for is forbidden, still; empty where it is not, or was not asked. */
  Optional<String> forbidden(String root, String namespace, String plural) {
    return Optional.ofNullable(lists.get(pathOf(root, namespace, plural)))
        .flatMap(Remembered::forbidden);
  }

  private static String pathOf(String root, String namespace, String plural) {
    return "%s/namespaces/%s/%s?resourceVersion=0".formatted(root, namespace, plural);
  }

  static boolean isForbidden(KubernetesClientException e) {
    return e.getCode() == 401 || e.getCode() == 403;
  }

  /** One list. Who comes while it is asked for waits for the answer. */
  private final class Remembered {
    private final String path;
    private JsonNode items = MissingNode.getInstance();
    private Optional<KubernetesClientException> refusal = Optional.empty();
    private Instant asked = Instant.EPOCH;
    private Instant until = Instant.MIN;

    Remembered(String path) {
      this.path = path;
    }

    synchronized JsonNode orThrow(Instant since) {
      askWhereOld(since);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      return items;
    }

    synchronized Optional<String> forbidden() {
      if (refusal.filter(NamespaceLists::isForbidden).isPresent()) {
        askWhereOld(Instant.MIN);
      }
      return refusal.filter(NamespaceLists::isForbidden).map(Throwable::getMessage);
    }

    private void askWhereOld(Instant since) {
      Instant now = clock.instant();
      if (now.isBefore(until) && asked.isAfter(since)) {
        return;
      }
      asked = now;
      try {
        items = requests.get(path).path("items");
        refusal = Optional.empty();
        until = now.plus(maxAge);
      } catch (KubernetesClientException e) {
        items = MissingNode.getInstance();
        refusal = Optional.of(e);
        until = now.plus(isForbidden(e) ? forbiddenFor : maxAge);
      }
    }
  }
}
