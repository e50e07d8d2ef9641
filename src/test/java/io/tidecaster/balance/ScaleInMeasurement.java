package io.tidecaster.balance;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.e2e.HaproxyServer;
import io.tidecaster.pace.PaceMemory;
import io.tidecaster.sim.BalancedFleet;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests fail while replicas go, with a drain and without: 20 scalings from 4 replicas
 * to 3, and back, under closed-loop load from 8 clients over a real HAProxy. Replicas are
 * processes; one that goes is killed with what it has in flight.
 */
final class ScaleInMeasurement {
  private static final int CLIENTS = 8;
  private static final int SCALINGS = 20;
  private static final Duration LONGEST = Duration.ofMinutes(8);
  private static final int WORK_MICROS = 4_000;

  /** As many as there may be requests at once. */
  private static final BalancedFleet.Server LIKE = new BalancedFleet.Server(2 * CLIENTS, 1);

  private ScaleInMeasurement() {}

  public static void main(String[] args) {
    int requests = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    System.out.println("scaling in    requests  failed  retried  redispatched  seconds");
    measure("with drain", requests, true);
    measure("without", requests, false);
    System.exit(0);
  }

  private static void measure(String name, int requests, boolean drain) {
    var directory = new FakeDirectory();
    var fleet = new TreeMap<String, ReplicaProcess>();
    var failed = new AtomicInteger();
    var sent = new AtomicLong();
    long start = System.nanoTime();
    try (var haproxy = HaproxyServer.start(Map.of(), 8);
        var balancer =
            new Balancer(
                directory,
                new BalanceLimits(
                    Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(1), 200),
                PaceMemory.NONE,
                InstantSource.system(),
                new SimpleMeterRegistry())) {
      Scaler scaler =
          BalancerE2E.scaler(Balance.Servers.SLOTS, Duration.ZERO, haproxy.socket().toString());
      for (int i = 0; i < 4; i++) {
        fleet.put("crm-" + i, replica());
      }
      settle(balancer, scaler, directory, fleet, haproxy);
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < CLIENTS; i++) {
          clients.execute(() -> load(haproxy.url(), requests / CLIENTS, sent, failed));
        }
        long deadline = start + LONGEST.toNanos();
        for (int i = 1; i <= SCALINGS; i++) {
          long when = (long) requests * i / (SCALINGS + 1);
          while (sent.get() < when && System.nanoTime() < deadline) {
            pause();
          }
          String victim = drain ? retire(balancer, scaler, directory) : fleet.firstKey();
          ReplicaProcess gone = fleet.remove(victim);
          if (gone != null) {
            gone.close();
          }
          fleet.put("crm-" + (i + 3), replica());
          settle(balancer, scaler, directory, fleet, haproxy);
        }
      }
      Map<String, Long> counters = counters(haproxy);
      System.out.printf(
          Locale.ROOT,
          "%-12s %9d %7d %8d %13d %8.0f%n",
          name,
          sent.get(),
          failed.get(),
          counters.get("wretr"),
          counters.get("wredis"),
          (System.nanoTime() - start) / 1e9);
    } finally {
      fleet.values().forEach(ReplicaProcess::close);
    }
  }

  private static ReplicaProcess replica() {
    return ReplicaProcess.start(LIKE, Duration.ZERO, 1);
  }

  private static String retire(Balancer balancer, Scaler scaler, FakeDirectory directory) {
    balancer.retire(scaler, 3).orTimeout(60, TimeUnit.SECONDS).join();
    return directory.written().getLast().replaceAll(".*\\[(.*)]", "$1");
  }

  private static void settle(
      Balancer balancer,
      Scaler scaler,
      FakeDirectory directory,
      Map<String, ReplicaProcess> fleet,
      HaproxyServer haproxy) {
    List<Replica> replicas = new ArrayList<>();
    fleet.forEach((name, replica) -> replicas.add(replica.replica(name, Instant.EPOCH)));
    directory.see(replicas.toArray(Replica[]::new));
    BalancerE2E.settle(balancer, scaler, haproxy, fleet.size());
  }

  private static void load(URI url, int count, AtomicLong sent, AtomicInteger failed) {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var request =
          HttpRequest.newBuilder(url.resolve("/" + WORK_MICROS))
              .timeout(Duration.ofSeconds(20))
              .build();
      for (int i = 0; i < count; i++) {
        try {
          int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
          if (status != 204) {
            failed.incrementAndGet();
          }
        } catch (IOException e) {
          failed.incrementAndGet();
        }
        sent.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, Long> counters(HaproxyServer haproxy) {
    List<String> lines = haproxy.command("show stat crm 2 -1").lines().toList();
    String[] names = lines.get(0).substring(2).split(",", -1);
    String[] values = lines.get(1).split(",", -1);
    Map<String, Long> counters = new TreeMap<>();
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals("wretr") || names[i].equals("wredis")) {
        counters.put(names[i], Long.parseLong(values[i]));
      }
    }
    return counters;
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
