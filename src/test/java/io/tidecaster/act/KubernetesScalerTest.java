package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Room;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API server that fails as a real one is hard to make fail. */
class KubernetesScalerTest {
  private static final Scaler WEB = Given.deployment("crm", "web");
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicReference<Instant> now = new AtomicReference<>(Given.AT);
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.start();
    var config = Config.empty();
    config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort());
    client = new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterEach
  void close() {
    end.countDown();
    client.close();
    server.stop(0);
  }

  @Test
  void givesUpOnAnAnswerThatDoesNotComeWithinTheTimeout() {
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          await(end);
          exchange.close();
        });
    long start = System.nanoTime();
    var scaler = scaler(Duration.ofSeconds(1));

    assertThat(scaler.observe(WEB))
        .isEqualTo(
            new Observation.Unreachable(
                "the API server does not answer as it should: no answer within PT1S"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    int asked = requests.get();
    assertThat(scaler.observe(WEB)).isInstanceOf(Observation.Unreachable.class);
    assertThat(requests).as("the next one waits out the respite").hasValue(asked);
  }

  @Test
  void asksNobodyWithinTheRespiteAfterAnOutage() {
    answer(503, "{}");
    var scaler = scaler();
    Observation first = scaler.observe(WEB);
    int asked = requests.get();

    assertThat(first).isInstanceOf(Observation.Unreachable.class);
    assertThat(scaler.observe(Given.deployment("crm", "api"))).isEqualTo(first);
    assertThat(requests).hasValue(asked);

    now.set(Given.AT.plusSeconds(5));
    assertThat(scaler.observe(WEB)).isInstanceOf(Observation.Unreachable.class);
    assertThat(requests).hasValueGreaterThan(asked);
  }

  @Test
  void asksOnWhereOneAnswerIsAFault() {
    answer(500, "{}");
    var scaler = scaler();
    assertThat(scaler.observe(WEB)).isInstanceOf(Observation.Unreachable.class);
    int asked = requests.get();

    assertThat(scaler.observe(Given.deployment("crm", "api")))
        .isInstanceOf(Observation.Unreachable.class);
    assertThat(requests).hasValueGreaterThan(asked);
  }

  @Test
  void triesARequestTwiceAtMost() {
    answer(500, "{}");
    scaler().observe(WEB);

    assertThat(requests).hasValue(2);
  }

  @Test
  void saysWhatAScalingFailedOf() {
    answer(503, "{\"kind\":\"Status\",\"message\":\"etcd has no leader\",\"code\":503}");

    assertThat(scaler().scale(WEB, Given.fleet(2), 3))
        .isEqualTo(new ScaleResult.Failed("Deployment crm/web was not scaled: etcd has no leader"));
  }

  @Test
  void writesAgainOnWhatItReadAnewAsLongAsTheReplicasAreWhatWasDecidedOn() {
    List<String> written = new CopyOnWriteArrayList<>();
    answerAsAConflict(written, 2);

    assertThat(scaler().scale(WEB, Given.fleet(2), 3)).isInstanceOf(ScaleResult.Conflict.class);
    assertThat(written).as("three attempts, the later ones on version 9").hasSize(3);
    assertThat(written.getFirst()).contains("\"resourceVersion\":\"7\"");
    assertThat(written.getLast()).contains("\"resourceVersion\":\"9\"");
  }

  @Test
  void writesNoSecondTimeWhereSomebodyElseHasScaled() {
    List<String> written = new CopyOnWriteArrayList<>();
    answerAsAConflict(written, 5);

    assertThat(scaler().scale(WEB, Given.fleet(2), 3)).isInstanceOf(ScaleResult.Conflict.class);
    assertThat(written).hasSize(1);
  }

  /** A Deployment of which each write comes too late. */
  private void answerAsAConflict(List<String> written, int replicas) {
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String body =
              switch (exchange.getRequestMethod() + " " + path) {
                case "GET /apis/apps/v1" ->
                    """
                    {"resources": [
                      {"name": "deployments", "kind": "Deployment", "namespaced": true},
                      {"name": "deployments/scale", "kind": "Scale", "namespaced": true}]}
                    """;
                case "GET /apis/apps/v1/namespaces/crm/deployments/web" ->
                    """
                    {"metadata": {"resourceVersion": "9"}, "spec": {"replicas": %d}}
                    """
                        .formatted(replicas);
                case "GET /apis/autoscaling/v2/namespaces/crm/horizontalpodautoscalers" ->
                    "{\"items\": []}";
                default ->
                    "{\"kind\":\"Status\",\"message\":\"the object has been modified\",\"code\":409}";
              };
          boolean writes = exchange.getRequestMethod().equals("PUT");
          if (writes) {
            written.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(writes ? 409 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void looksAtThePodsOfARolloutThoughAsManyAreReadyAsBeforeAndAtNoneAtRest() {
    AtomicReference<String> workload = new AtomicReference<>("");
    AtomicInteger lists = new AtomicInteger();
    answerAsAWorkload(workload, lists);
    var scaler = scaler();

    // asked for, pods, ready, of the new template
    workload.set(workload(1, 4, 4, 4, 4));
    scaler.observe(WEB);
    scaler.observe(WEB);
    assertThat(lists).as("at first sight, then at rest").hasValue(1);
    workload.set(workload(2, 4, 5, 4, 1));
    scaler.observe(WEB);
    assertThat(lists).as("a pod of the new template is starting").hasValue(2);
    workload.set(workload(2, 4, 5, 5, 2));
    assertThat(((Observation.Seen) scaler.observe(WEB)).fleet().readyReplicas())
        .as("the surge is no replica")
        .isEqualTo(4);
    workload.set(workload(2, 4, 4, 4, 4));
    scaler.observe(WEB);
    assertThat(lists).as("all of it has happened since").hasValue(4);
    scaler.observe(WEB);
    assertThat(lists).as("at rest").hasValue(4);
    workload.set(workload(3, 4, 4, 4, 4));
    scaler.observe(WEB);
    assertThat(lists).as("a rollout between two looks").hasValue(5);
  }

  private static String workload(int generation, int asked, int pods, int ready, int updated) {
    return """
    {"metadata": {"generation": %d, "resourceVersion": "9"},
     "spec": {"replicas": %d, "selector": {"matchLabels": {"app": "web"}}},
     "status": {"observedGeneration": %d, "replicas": %d, "readyReplicas": %d,
       "updatedReplicas": %d}}
    """
        .formatted(generation, asked, generation, pods, ready, updated);
  }

  private void answerAsAWorkload(AtomicReference<String> workload, AtomicInteger lists) {
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          boolean pods = path.endsWith("/pods");
          if (pods) {
            lists.incrementAndGet();
          }
          String body =
              pods
                  ? "{\"items\": []}"
                  : path.equals("/apis/apps/v1")
                      ? """
                      {"resources": [
                        {"name": "deployments", "kind": "Deployment", "namespaced": true},
                        {"name": "deployments/scale", "kind": "Scale", "namespaced": true}]}
                      """
                      : workload.get();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void asksOnceForTheQuotasOfANamespaceAndAgainWhenTheyAreOld() {
    answer(
        200,
        """
        {"items": [{"metadata": {"name": "pods"},
          "status": {"hard": {"pods": "5"}, "used": {"pods": "4"}}}]}
        """);
    var scaler = scaler();

    assertThat(roomFor(scaler, WEB).most().map(Room.Limit::replicas)).contains(3);
    assertThat(roomFor(scaler, Given.deployment("crm", "api")).most()).isPresent();
    assertThat(requests).as("one namespace").hasValue(1);
    assertThat(roomFor(scaler, Given.deployment("erp", "web")).most()).isPresent();
    assertThat(requests).hasValue(2);
    now.set(Given.AT.plus(Given.LIMITS.roomMaxAge()));
    assertThat(roomFor(scaler, WEB).most()).isPresent();
    assertThat(requests).hasValue(3);
  }

  @Test
  void holdsNothingBackWhereItMayNotSeeTheQuotas() {
    answer(403, "{\"kind\":\"Status\",\"message\":\"resourcequotas is forbidden\",\"code\":403}");
    var scaler = scaler();

    assertThat(roomFor(scaler, WEB)).isEqualTo(new Room(Optional.empty(), Optional.empty()));
    int asked = requests.get();
    now.set(Given.AT.plus(Given.LIMITS.roomMaxAge()));
    assertThat(roomFor(scaler, WEB).most()).isEmpty();
    assertThat(requests).as("within the respite").hasValue(asked);
    now.set(Given.AT.plus(Given.LIMITS.forbiddenRespite()));
    assertThat(roomFor(scaler, WEB).most()).isEmpty();
    assertThat(requests).hasValueGreaterThan(asked);
  }

  @Test
  void saysOfAWorkloadThatItMayNotSeeTheQuotasUntilItMay() {
    var may = new AtomicBoolean();
    answerAsANamespace(path ->
        path.contains("/resourcequotas?") && !may.get()
            ? Optional.empty()
            : Optional.of("{\"items\": []}"));
    var scaler = scaler();

    assertThat(unread(scaler)).as("not looked for yet").isEmpty();
    roomFor(scaler, WEB);
    assertThat(unread(scaler))
        .containsExactly(
            "resourcequotas cannot be listed, so scaling does not heed them; grant list on resourcequotas: not yours");
    may.set(true);
    now.set(Given.AT.plus(Given.LIMITS.forbiddenRespite()));
    assertThat(unread(scaler)).isEmpty();
  }

  private static List<String> unread(KubernetesScaler scaler) {
    return ((Observation.Seen) scaler.observe(WEB)).pods().unread();
  }

  @Test
  void asksOnceForTheHpasOfANamespaceAndAgainAfterItsOwnWrite() {
    var lists = new AtomicInteger();
    var floor = new AtomicInteger(1);
    answerAsANamespace(path -> {
      if (path.endsWith("/horizontalpodautoscalers?resourceVersion=0")) {
        lists.incrementAndGet();
        return Optional.of("{\"items\": [%s]}".formatted(hpa("web", floor.get())));
      }
      floor.set(3);
      return Optional.of(hpa("web", 3));
    });
    var scaler = scaler();

    assertThat(scaler.scale(WEB, Given.fleet(1), 3)).isInstanceOf(ScaleResult.Scaled.class);
    assertThat(scaler.hold(Given.deployment("crm", "api"), 1)).isEmpty();
    assertThat(lists).as("one namespace").hasValue(1);
    assertThat(scaler.scale(WEB, Given.fleet(3), 3))
        .as("the floor as it is now, not as it was")
        .isInstanceOf(ScaleResult.Unchanged.class);
    assertThat(lists).hasValue(2);
  }

  @Test
  void judgesAnHpaAnewThatHasChangedSinceItWasListed() {
    var writes = new AtomicInteger();
    answerAsANamespace(path -> {
      if (path.endsWith("/horizontalpodautoscalers?resourceVersion=0")) {
        return Optional.of("{\"items\": [%s]}".formatted(hpa("web", 1)));
      }
      if (path.contains("fieldSelector=metadata.name%3Dweb")) {
        return Optional.of("{\"items\": [%s]}".formatted(hpa("web", 3)));
      }
      writes.incrementAndGet();
      throw new Conflict();
    });

    assertThat(scaler().scale(WEB, Given.fleet(1), 3))
        .as("somebody has set the floor that is wanted")
        .isInstanceOf(ScaleResult.Unchanged.class);
    assertThat(writes).hasValue(1);
  }

  private static final class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static String hpa(String name, int floor) {
    return """
    {"metadata": {"namespace": "crm", "name": "%1$s", "uid": "u-%1$s", "resourceVersion": "%2$d"},
     "spec": {"minReplicas": %2$d, "maxReplicas": 9,
       "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "%1$s"}}}
    """
        .formatted(name, floor);
  }

  /** Deployments, and what else is asked for: empty is forbidden. */
  private void answerAsANamespace(Function<String, Optional<String>> others) {
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().toString();
          int code = 200;
          String body;
          try {
            if (path.equals("/apis/apps/v1")) {
              body =
                  """
                  {"resources": [
                    {"name": "deployments", "kind": "Deployment", "namespaced": true},
                    {"name": "deployments/scale", "kind": "Scale", "namespaced": true}]}
                  """;
            } else if (path.contains("/deployments/")) {
              body = workload(3, 4, 4, 4, 4);
            } else {
              Optional<String> other = others.apply(path);
              code = other.isPresent() ? 200 : 403;
              body = other.orElse("{\"kind\":\"Status\",\"message\":\"not yours\",\"code\":403}");
            }
          } catch (Conflict e) {
            code = 409;
            body = "{\"kind\":\"Status\",\"message\":\"changed\",\"code\":409}";
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(code, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  /** Two replicas of a workload are there, and four are wanted. */
  private static Room roomFor(KubernetesScaler scaler, Scaler workload) {
    var seen =
        new Observation.Seen(
            Given.fleet(2),
            Observation.Pods.UNKNOWN,
            Optional.of(new Footprint(2, Map.of(), Map.of(), true, false, Optional.empty())));
    return scaler
        .room(workload, seen, new Outcome.Scale(2, 4, ScaleReason.LOAD_ABOVE_CAPACITY))
        .orElseThrow();
  }

  @Test
  void refusesANumberThatIsNone() {
    assertThatThrownBy(() -> scaler().scale(WEB, Given.fleet(2), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("replicas -1 < 0");
  }

  private KubernetesScaler scaler() {
    return scaler(Duration.ofSeconds(20));
  }

  private KubernetesScaler scaler(Duration requestTimeout) {
    var limits = Given.LIMITS;
    return new KubernetesScaler(
        client,
        new KubernetesLimits(
            requestTimeout,
            Duration.ofSeconds(5),
            limits.forbiddenRespite(),
            limits.discoveryMaxAge(),
            limits.queue(),
            limits.handsOff(),
            limits.roomMaxAge(),
            limits.ownerMaxAge(),
            limits.writers()),
        now::get);
  }

  private void answer(int code, String body) {
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(code, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
