package io.tidecaster.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The CRM of the tests: replicas that come and go, each an HTTP server on a port of its own with
 * {@code /metrics} as Spring Boot and Prometheus' client libraries name them. The load is a number
 * the test steers; the live replicas share it evenly, and their counters grow as if they had served
 * it. A file for Prometheus' file discovery follows the fleet.
 *
 * <p>Counters are integrated when somebody looks, so an idle fleet costs nothing.
 */
public final class CrmFleet implements AutoCloseable {
  /** How much load arrives, in requests per second, as time passes since the fleet began. */
  @FunctionalInterface
  public interface Load {
    double requestsPerSecond(Duration sinceStart);
  }

  /**
   * What a request costs, and what an idle replica uses.
   *
   * @param cpuSecondsPerRequest CPU time a request takes
   * @param idleCores CPU a replica uses without load
   * @param secondsPerRequest how long a request takes, for the latency sum
   * @param heapBytes heap a replica holds
   */
  public record Cost(
      double cpuSecondsPerRequest, double idleCores, double secondsPerRequest, double heapBytes) {
    /** 4 ms of CPU, 40 ms of time, 300 MB: 100 requests a second use 0.4 cores. */
    public static final Cost TYPICAL = new Cost(0.004, 0.02, 0.04, 300e6);
  }

  /** The longest step of the integration: a load may change within a scrape interval. */
  private static final Duration STEP = Duration.ofMillis(100);

  private final String namespace;
  private final String app;
  private final Path targets;
  private final Cost cost;
  private final Map<String, Replica> replicas = new TreeMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final long start = System.nanoTime();
  private Duration integrated = Duration.ZERO;
  private Load load = sinceStart -> 0;
  private @Nullable SharedIndexInformer<Pod> followed;

  /**
   * An empty fleet.
   *
   * @param targetsDirectory where Prometheus looks for targets: {@link
   *     PrometheusServer#targetsDirectory()}
   */
  public CrmFleet(Path targetsDirectory, String namespace, String app, Cost cost) {
    this.namespace = namespace;
    this.app = app;
    this.targets = targetsDirectory.resolve(namespace + "-" + app + ".json");
    this.cost = cost;
    writeTargets();
  }

  /** Steers the load from now on; what has arrived so far stays counted. */
  public synchronized void load(Load load) {
    integrate();
    this.load = load;
  }

  /** A load that does not change. */
  public void load(double requestsPerSecond) {
    load(sinceStart -> requestsPerSecond);
  }

  /** Makes exactly these pods the live ones: new ones start at zero, the others' servers go. */
  public synchronized void replicas(Set<String> pods) {
    if (pods.equals(replicas.keySet())) {
      return;
    }
    integrate();
    for (String gone : Set.copyOf(replicas.keySet())) {
      if (!pods.contains(gone)) {
        stop(gone);
      }
    }
    for (String pod : pods) {
      replicas.computeIfAbsent(pod, Replica::new);
    }
    writeTargets();
  }

  /** Makes {@code app-0}, {@code app-1}, … the live pods. */
  public void scaleTo(int count) {
    var names = new TreeSet<String>();
    for (int i = 0; i < count; i++) {
      names.add(app + "-" + i);
    }
    replicas(names);
  }

  /**
   * From now on the live replicas are the ready pods of a real cluster that carry these labels, so
   * that what Tidecaster scales is what Prometheus scrapes.
   */
  public void follow(KubernetesClient client, Map<String, String> labels) {
    var informer = client.pods().inNamespace(namespace).withLabels(labels).runnableInformer(0);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Pod pod) {
            take(informer);
          }

          @Override
          public void onUpdate(Pod before, Pod pod) {
            take(informer);
          }

          @Override
          public void onDelete(Pod pod, boolean finalStateUnknown) {
            take(informer);
          }
        });
    synchronized (this) {
      if (followed != null) {
        throw new IllegalStateException("the fleet follows a cluster already");
      }
      followed = informer;
    }
    informer.run();
  }

  private void take(SharedIndexInformer<Pod> informer) {
    replicas(
        informer.getStore().list().stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .filter(Readiness::isPodReady)
            .map(pod -> pod.getMetadata().getName())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** The live pods, in order of their names. */
  public synchronized List<String> pods() {
    return List.copyOf(replicas.keySet());
  }

  /** {@code host:port} of a live pod's server; any path but /metrics counts as a request served. */
  public synchronized String address(String pod) {
    return replica(pod).address();
  }

  /** Makes a pod's /metrics fail, or work again: a replica that lives and is not heard. */
  public synchronized void silence(String pod, boolean silent) {
    replica(pod).silent = silent;
  }

  /** A pod's container dies and starts anew: same name and address, counters from zero. */
  public synchronized void restart(String pod) {
    integrate();
    replica(pod).requests = 0;
    replica(pod).cpuSeconds = 0;
  }

  /** The requests all replicas ever counted for that pod's present life. */
  public synchronized double requests(String pod) {
    integrate();
    return replica(pod).requests;
  }

  @Override
  public void close() {
    SharedIndexInformer<Pod> informer;
    synchronized (this) {
      informer = followed;
      followed = null;
    }
    if (informer != null) {
      informer.stop();
    }
    replicas(Set.of());
    threads.close();
  }

  // ---------------------------------------------------------------- inside

  private Replica replica(String pod) {
    Replica replica = replicas.get(pod);
    if (replica == null) {
      throw new IllegalArgumentException(pod + " is not one of " + replicas.keySet());
    }
    return replica;
  }

  private void stop(String pod) {
    Replica replica = replicas.remove(pod);
    if (replica != null) {
      replica.server.stop(0);
    }
  }

  /** The midpoint rule, in steps. Load that meets no replica is lost, as it is in life. */
  private void integrate() {
    Duration now = Duration.ofNanos(System.nanoTime() - start);
    while (integrated.compareTo(now) < 0) {
      Duration left = now.minus(integrated);
      Duration step = left.compareTo(STEP) < 0 ? left : STEP;
      double seconds = step.toNanos() / 1e9;
      double arrived = load.requestsPerSecond(integrated.plus(step.dividedBy(2))) * seconds;
      for (Replica replica : replicas.values()) {
        replica.serve(arrived / replicas.size());
        replica.cpuSeconds += cost.idleCores() * seconds;
      }
      integrated = integrated.plus(step);
    }
  }

  /** Renamed into place: Prometheus must never read half a file. */
  private void writeTargets() {
    ArrayNode groups = Http.JSON.createArrayNode();
    for (Replica replica : replicas.values()) {
      ObjectNode group = groups.addObject();
      group.putArray("targets").add(replica.address());
      group
          .putObject("labels")
          .put("namespace", namespace)
          .put("app", app)
          .put("pod", replica.pod)
          .put("container", app);
    }
    Path part = targets.resolveSibling(targets.getFileName() + ".part");
    try {
      Files.writeString(part, groups.toString());
      Files.move(part, targets, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized @Nullable String metrics(Replica replica) {
    if (replica.silent) {
      return null;
    }
    integrate();
    return replica.exposition();
  }

  private synchronized void served(Replica replica) {
    replica.serve(1);
  }

  /** One replica; its numbers are guarded by the fleet. */
  private final class Replica {
    final String pod;
    final HttpServer server;
    double requests;
    double cpuSeconds;
    boolean silent;

    Replica(String pod) {
      this.pod = pod;
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
    }

    String address() {
      return Loopback.HOST + ":" + server.getAddress().getPort();
    }

    void serve(double count) {
      requests += count;
      cpuSeconds += count * cost.cpuSecondsPerRequest();
    }

    /** A count is whole: a counter that shows fractions would be a giveaway. */
    String exposition() {
      double count = Math.floor(requests);
      return String.format(
          Locale.ROOT,
          """
          # HELP http_server_requests_seconds Duration of HTTP server request handling
          # TYPE http_server_requests_seconds summary
          http_server_requests_seconds_count{method="GET",outcome="SUCCESS",status="200",uri="/api/customers"} %.1f
          http_server_requests_seconds_sum{method="GET",outcome="SUCCESS",status="200",uri="/api/customers"} %.6f
          # HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
          # TYPE process_cpu_seconds_total counter
          process_cpu_seconds_total %.6f
          # HELP container_cpu_usage_seconds_total Cumulative cpu time consumed in seconds.
          # TYPE container_cpu_usage_seconds_total counter
          container_cpu_usage_seconds_total %.6f
          # HELP jvm_memory_used_bytes The amount of used memory
          # TYPE jvm_memory_used_bytes gauge
          jvm_memory_used_bytes{area="heap"} %.1f
          """,
          count,
          count * cost.secondsPerRequest(),
          cpuSeconds,
          cpuSeconds,
          cost.heapBytes());
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        boolean scrape = exchange.getRequestURI().getPath().equals("/metrics");
        @Nullable String body = scrape ? metrics(this) : pod + "\n";
        if (!scrape) {
          served(this);
        }
        if (body == null) {
          exchange.sendResponseHeaders(503, -1);
          return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }
}
