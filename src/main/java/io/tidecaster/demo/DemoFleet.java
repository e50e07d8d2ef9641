package io.tidecaster.demo;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.ShadowFleet;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The CRM of the demo: replicas of 100 millicores that answer requests of 2 ms, and beside them the
 * same fleet in the hands of an HPA, on the same load.
 */
final class DemoFleet {
  /** CPU request of a replica; what it may use beyond depends on its neighbours. */
  static final double REQUEST_CORES = 0.1;

  private static final double IDLE_CORES = 0.003;
  private static final double CORE_SECONDS_PER_REQUEST = 0.002;

  /** Requests a second at full use: (100 − 3) mcores ÷ 2 mcore seconds = 48.5. */
  static final double FULL_CAPACITY = (REQUEST_CORES - IDLE_CORES) / CORE_SECONDS_PER_REQUEST;

  /** As in the scaler's objective: above 80 % of the request users feel it. */
  static final double VIOLATION_USE = 0.8;

  /** Requests a second at 80 % of the CPU request: (80 − 3) ÷ 2 = 38.5. */
  static final double OBJECTIVE_CAPACITY =
      (VIOLATION_USE * REQUEST_CORES - IDLE_CORES) / CORE_SECONDS_PER_REQUEST;

  private final Scaler scaler;
  private final SimulatedFleet ours;
  private final SimulatedFleet theirs;
  private final Capacity hpaCapacity;
  private ShadowFleet hpa;
  private long version = 1;
  private double arriving;
  private Set<Long> scrapedBefore = new HashSet<>();

  DemoFleet(Scaler scaler, double hpaUtilization, int replicas, Duration startup, Instant now) {
    this.scaler = scaler;
    SimulatedFleet.Settings settings =
        new SimulatedFleet.Settings(
            FULL_CAPACITY,
            VIOLATION_USE,
            startup,
            new SimulatedFleet.Cpu(
                IDLE_CORES, CORE_SECONDS_PER_REQUEST, 0.05, Duration.ofMinutes(1)));
    this.ours = new SimulatedFleet(settings, replicas, now);
    this.theirs = new SimulatedFleet(settings, replicas, now);
    this.hpa = ShadowFleet.of(scaler, replicas);
    this.hpaCapacity = hpaCapacity(hpaUtilization);
  }

  private static Capacity hpaCapacity(double utilization) {
    return new Capacity(
        (utilization * REQUEST_CORES - IDLE_CORES) / CORE_SECONDS_PER_REQUEST,
        Capacity.Origin.STATED);
  }

  /** The replicas that an HPA has come to under this load. */
  static int replicasUnderHpa(Scaler scaler, double utilization, double load) {
    return scaler.bounds().clamp(hpaCapacity(utilization).replicasFor(load));
  }

  /** Lets this load arrive for one step at both fleets, and lets the HPA look at it. */
  synchronized void advance(double load, Duration step, Duration startup) {
    arriving = load;
    ours.advance(load, step);
    theirs.advance(load, step);
    hpa = hpa.step(theirs.now(), OptionalDouble.of(load), Optional.of(hpaCapacity), startup);
    theirs.scale(hpa.desired());
  }

  synchronized Fleet observe() {
    return new Fleet(
        ours.asked(), ours.ready(), OptionalDouble.of(REQUEST_CORES), Long.toString(version));
  }

  /** Whether the replicas were changed: only where the fleet still is as it was decided on. */
  synchronized Optional<Fleet> scale(Fleet decidedOn, int replicas) {
    if (!decidedOn.resourceVersion().equals(Long.toString(version))) {
      return Optional.empty();
    }
    ours.scale(replicas);
    version++;
    return Optional.of(observe());
  }

  synchronized double arriving() {
    return arriving;
  }

  synchronized SimulatedFleet.Account ours() {
    return ours.account();
  }

  synchronized SimulatedFleet.Account theirs() {
    return theirs.account();
  }

  /** CPU of the whole fleet at this load, in cores, as an HPA would have run it. */
  double coresInThePast(double load) {
    int replicas = scaler.bounds().clamp(hpaCapacity.replicasFor(load));
    return replicas * IDLE_CORES
        + Math.min(load, replicas * FULL_CAPACITY) * CORE_SECONDS_PER_REQUEST;
  }

  /**
   * What a Prometheus scrapes now: two counters of each ready replica, and a stale marker for each
   * that has gone since the last scrape.
   */
  synchronized List<RemoteWriteClient.Scraped> scrape(Instant now) {
    List<RemoteWriteClient.Scraped> scraped = new ArrayList<>();
    Set<Long> here = new HashSet<>();
    for (SimulatedFleet.Replica replica : ours.replicas()) {
      if (replica.ready()) {
        here.add(replica.number());
        add(scraped, replica.number(), replica.requests(), replica.cpuSeconds(), now);
      }
    }
    double stale = Double.longBitsToDouble(io.tidecaster.history.Sample.STALE_MARKER);
    for (long gone : scrapedBefore) {
      if (!here.contains(gone)) {
        add(scraped, gone, stale, stale, now);
      }
    }
    scrapedBefore = here;
    return scraped;
  }

  private void add(
      List<RemoteWriteClient.Scraped> scraped,
      long number,
      double requests,
      double cpuSeconds,
      Instant now) {
    scraped.add(
        sample(
            scaler.load().series().metric(),
            scaler.load().series().matchLabels(),
            number,
            requests,
            now));
    scaler
        .cpu()
        .ifPresent(cpu ->
            scraped.add(
                sample(
                    cpu.series().metric(), cpu.series().matchLabels(), number, cpuSeconds, now)));
  }

  private RemoteWriteClient.Scraped sample(
      String metric, Map<String, String> selected, long number, double value, Instant now) {
    Map<String, String> labels = new HashMap<>(selected);
    String pod = "%s-%d".formatted(scaler.target().name(), number);
    labels.put("__name__", metric);
    labels.put("pod", pod);
    labels.put("instance", pod + ":8080");
    labels.put("job", "crm");
    SortedMap<String, String> sorted = new TreeMap<>(labels);
    return new RemoteWriteClient.Scraped(sorted, value, now.toEpochMilli());
  }
}
