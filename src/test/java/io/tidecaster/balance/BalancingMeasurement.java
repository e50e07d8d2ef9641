package io.tidecaster.balance;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.e2e.HaproxyServer;
import io.tidecaster.pace.PaceMemory;
import io.tidecaster.sim.BalancedFleet;
import io.tidecaster.sim.BalancedFleet.Churn;
import io.tidecaster.sim.BalancedFleet.Server;
import io.tidecaster.sim.BalancedFleet.ServiceTime;
import io.tidecaster.sim.BalancedFleet.Sources;
import io.tidecaster.sim.BalancingRule;
import io.tidecaster.sim.BalancingSimulation;
import io.tidecaster.sim.RequestStream;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the simulator expects of a balancer against a real HAProxy in front of real HTTP servers,
 * each a process of its own, that get the same requests at the same times; and what a ramp of
 * weights is worth when a fleet grows.
 *
 * <pre>
 *   … BalancingMeasurement rules 1500     the six rules on three fleets; one alone by its name after
 *   … BalancingMeasurement scale-out      with a ramp, and without
 * </pre>
 */
final class BalancingMeasurement {
  private static final ServiceTime WORK = new ServiceTime(0.12, 1);

  /** Few enough that each has an address of its own from 127.0.1.1 on. */
  private static final Sources SOURCES = Sources.zipf(60, 0.3);

  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(30);
  private static final int MOST_REQUESTS = 20_000;
  private static final double RUN_IN = 0.1;
  private static final long SEED = 7;

  private BalancingMeasurement() {}

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("scale-out")) {
      scaleOut();
    } else {
      rules(
          args.length > 1 ? Math.min(MOST_REQUESTS, Integer.parseInt(args[1])) : 1500,
          args.length > 2 ? args[2] : "");
    }
    System.exit(0);
  }

  // ---------------------------------------------------------------- the rules

  private static void rules(int requests, String fleetName) {
    System.out.println(
        "fleet           algorithm            expected p95  measured p95  difference  failed "
            + " load");
    var fleets = fleets();
    if (!fleetName.isEmpty()) {
      fleets.keySet().retainAll(Set.of(fleetName));
    }
    fleets.forEach((name, fleet) -> {
      for (BalancingRule rule : BalancingRule.values()) {
        double[] expected = BalancingSimulation.responseSeconds(fleet, rule, requests, SEED);
        Arrays.sort(expected);
        double[] times = measure(fleet, rule, requests);
        System.out.printf(
            Locale.ROOT,
            "%-15s %-20s %9.0f ms %10.0f ms %10.0f %% %7d  %s%n",
            name,
            rule.words(),
            quantile(expected, 0.95) * 1000,
            quantile(times, 0.95) * 1000,
            (quantile(times, 0.95) / quantile(expected, 0.95) - 1) * 100,
            failures.getAndSet(0),
            machineLoad());
      }
    });
  }

  private static Map<String, BalancedFleet> fleets() {
    var fleets = new LinkedHashMap<String, BalancedFleet>();
    // 3 × 2 ÷ 0.12 s = 50 requests/s at full use
    fleets.put(
        "homogeneous",
        new BalancedFleet(
            Collections.nCopies(3, new Server(2, 1)), 37.5, WORK, SOURCES, Optional.empty()));
    // the slow one bears 16.7, and gets 13 under round robin
    fleets.put(
        "1:2:4",
        new BalancedFleet(
            List.of(new Server(2, 1), new Server(2, 2), new Server(2, 4)),
            39,
            WORK,
            SOURCES,
            Optional.empty()));
    fleets.put(
        "churning",
        new BalancedFleet(
            Collections.nCopies(4, new Server(2, 1)),
            37.5,
            WORK,
            SOURCES,
            Optional.of(new Churn(Duration.ofSeconds(8), Duration.ofSeconds(5), 0.3, true))));
    return fleets;
  }

  /** Without the first, which meet an empty fleet; sorted. */
  private static double[] counted(double[] times) {
    double[] counted = Arrays.copyOfRange(times, (int) (times.length * RUN_IN), times.length);
    Arrays.sort(counted);
    return counted;
  }

  private static double[] measure(BalancedFleet fleet, BalancingRule rule, int requests) {
    var directory = new FakeDirectory();
    List<ReplicaProcess> replicas = new ArrayList<>();
    List<Replica> seen = new ArrayList<>();
    Duration warmUp = fleet.churn().map(Churn::warmUp).orElse(Duration.ZERO);
    boolean churns = fleet.churn().isPresent();
    Map<String, String> servers = new LinkedHashMap<>();
    for (Server like : fleet.servers()) {
      ReplicaProcess replica = ReplicaProcess.start(like, Duration.ZERO, 1);
      replicas.add(replica);
      seen.add(replica.replica("crm-" + replicas.size(), Instant.EPOCH));
      if (!churns) {
        servers.put("server" + replicas.size(), replica.address().toString());
      }
    }
    @Nullable Turnover turnover = null;
    int weight = rule == BalancingRule.SOURCE_HASH ? 1 : 100;
    try (HaproxyServer haproxy =
            HaproxyServer.start(
                servers, churns ? 2 * fleet.servers().size() : 0, directive(rule), weight);
        Balancer balancer =
            new Balancer(
                directory,
                new BalanceLimits(
                    Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(1), 200),
                PaceMemory.NONE,
                InstantSource.system(),
                new SimpleMeterRegistry())) {
      if (rule == BalancingRule.STATIC_WEIGHTS && !churns) {
        for (int i = 0; i < fleet.servers().size(); i++) {
          var _ =
              haproxy.command(
                  "set server crm/server%d weight %d"
                      .formatted(i + 1, (int) Math.round(32 * fleet.servers().get(i).speed())));
        }
      }
      Scaler scaler =
          BalancerE2E.scaler(Balance.Servers.SLOTS, warmUp, haproxy.socket().toString());
      Runnable keep = () -> {};
      if (churns) {
        directory.see(seen.toArray(Replica[]::new));
        BalancerE2E.settle(balancer, scaler, haproxy, fleet.servers().size());
        turnover = new Turnover(fleet, replicas, seen, directory, balancer, scaler);
        keep = turnover;
      }
      return counted(drive(haproxy.url(), fleet, requests, keep));
    } finally {
      if (turnover != null) {
        turnover.close();
      }
      replicas.forEach(ReplicaProcess::close);
    }
  }

  /** Replaces a replica when it is time to, and lets the balancer follow. */
  private static final class Turnover implements Runnable, AutoCloseable {
    private final BalancedFleet fleet;
    private final List<ReplicaProcess> replicas;
    private final List<Replica> seen;
    private final FakeDirectory directory;
    private final Balancer balancer;
    private final Scaler scaler;
    private final long start = System.nanoTime();
    private CompletableFuture<ReplicaProcess> next;
    private int replaced;

    Turnover(
        BalancedFleet fleet,
        List<ReplicaProcess> replicas,
        List<Replica> seen,
        FakeDirectory directory,
        Balancer balancer,
        Scaler scaler) {
      this.fleet = fleet;
      this.replicas = replicas;
      this.seen = seen;
      this.directory = directory;
      this.balancer = balancer;
      this.scaler = scaler;
      this.next = start();
    }

    /** Beside the load, so that nobody waits for it; it is alike whichever place it takes. */
    private CompletableFuture<ReplicaProcess> start() {
      Churn churn = fleet.churn().orElseThrow();
      return CompletableFuture.supplyAsync(() ->
          ReplicaProcess.start(fleet.servers().getFirst(), churn.warmUp(), churn.coldSpeed()));
    }

    @Override
    public void close() {
      next.join().close();
    }

    @Override
    public void run() {
      Churn churn = fleet.churn().orElseThrow();
      if (System.nanoTime() - start > (replaced + 1) * churn.every().toNanos()) {
        int place = replaced++ % seen.size();
        ReplicaProcess cold = next.join();
        replicas.add(cold);
        next = start();
        seen.set(place, cold.replica("crm-new-" + replaced, Instant.now()));
        directory.see(seen.toArray(Replica[]::new));
      }
      balancer.follow(List.of(scaler), _ -> false);
    }
  }

  private static String directive(BalancingRule rule) {
    return Algorithm.parse(rule.label()).directive();
  }

  // ---------------------------------------------------------------- scaling out

  /** Three warm replicas, nearly at their all, get two cold ones. */
  private static void scaleOut() {
    System.out.println(
        "scaling out       p50     p95     p99  failed  load    (first two minutes)");
    for (boolean ramped : List.of(true, false)) {
      BalancedFleet fleet =
          new BalancedFleet(
              Collections.nCopies(3, new Server(2, 1)), 42.5, WORK, SOURCES, Optional.empty());
      Duration warmUp = Duration.ofSeconds(60);
      var directory = new FakeDirectory();
      List<ReplicaProcess> replicas = new ArrayList<>();
      List<Replica> seen = new ArrayList<>();
      for (Server like : fleet.servers()) {
        replicas.add(ReplicaProcess.start(like, Duration.ZERO, 1));
        seen.add(replicas.getLast().replica("crm-" + replicas.size(), Instant.EPOCH));
      }
      try (HaproxyServer haproxy = HaproxyServer.start(Map.of(), 6, "roundrobin", 100);
          Balancer balancer =
              new Balancer(
                  directory,
                  new BalanceLimits(
                      Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(1), 200),
                  PaceMemory.NONE,
                  InstantSource.system(),
                  new SimpleMeterRegistry())) {
        Scaler scaler =
            BalancerE2E.scaler(
                Balance.Servers.SLOTS,
                ramped ? warmUp : Duration.ZERO,
                haproxy.socket().toString());
        directory.see(seen.toArray(Replica[]::new));
        BalancerE2E.settle(balancer, scaler, haproxy, 3);
        for (int i = 0; i < 2; i++) {
          replicas.add(ReplicaProcess.start(new Server(2, 1), warmUp, 0.2));
          seen.add(replicas.getLast().replica("crm-" + replicas.size(), Instant.now()));
        }
        directory.see(seen.toArray(Replica[]::new));
        // 42.5 requests/s for 120 s
        double[] times =
            drive(haproxy.url(), fleet, 5100, () -> balancer.follow(List.of(scaler), _ -> false));
        Arrays.sort(times);
        System.out.printf(
            Locale.ROOT,
            "%-12s %5.0f ms %4.0f ms %4.0f ms %7d  %s%n",
            ramped ? "with a ramp" : "without",
            quantile(times, 0.5) * 1000,
            quantile(times, 0.95) * 1000,
            quantile(times, 0.99) * 1000,
            failures.getAndSet(0),
            machineLoad());
      } finally {
        replicas.forEach(ReplicaProcess::close);
      }
    }
  }

  // ---------------------------------------------------------------- the load

  private static final AtomicInteger failures = new AtomicInteger();

  /** Sends the stream as it comes, whatever is still in flight; seconds from arrival to answer. */
  private static double[] drive(URI url, BalancedFleet fleet, int requests, Runnable meanwhile) {
    RequestStream stream = new RequestStream(fleet, SEED);
    double[] times = new double[requests];
    long start = System.nanoTime();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < requests; i++) {
        RequestStream.Request request = stream.next();
        long at = start + (long) (request.atSeconds() * 1e9);
        for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        meanwhile.run();
        int number = i;
        clients.execute(() -> {
          if (!send(url, request)) {
            failures.incrementAndGet();
          }
          times[number] = (System.nanoTime() - at) / 1e9;
        });
      }
    }
    return times;
  }

  /** One request on a connection of its own, from the address of its source. */
  private static boolean send(URI url, RequestStream.Request request) {
    try (Socket socket = new Socket()) {
      socket.bind(
          new InetSocketAddress(
              InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (1 + request.source())}), 0));
      socket.setSoTimeout((int) LONGEST_REQUEST.toMillis());
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET /%d HTTP/1.1\r\nHost: crm\r\nConnection: close\r\n\r\n"
              .formatted((long) (request.workSeconds() * 1e6))
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 204");
    } catch (IOException e) {
      return false;
    }
  }

  private static double quantile(double[] sorted, double level) {
    return sorted[Math.min(sorted.length - 1, (int) (level * sorted.length))];
  }

  /** Over the last minute, as {@code uptime} has it. */
  private static String machineLoad() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    } catch (IOException e) {
      return "unknown";
    }
  }
}
