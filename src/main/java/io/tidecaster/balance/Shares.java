package io.tidecaster.balance;

import io.tidecaster.pace.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What each replica is to get of the weight of the fastest: learned from HAProxy's mean response
 * times.
 *
 * <p>Where weights are in proportion to speeds, all replicas are used alike, and response times are
 * in inverse proportion to speeds. So a replica's share should be the response time of the fastest
 * ÷ its own. One that gets too much has a queue, which makes its response time longer than its
 * speed does, the more so the more it is used; that is why a share goes towards that figure by at
 * most {@link #MOST_STEP} at a time, and stays where it is within {@link #BAND}.
 *
 * <p>Example: 20 ms, 10 ms and 5 ms are shares of 0.25, 0.5 and 1.
 */
final class Shares {
  /** HAProxy's mean is over so many requests; before, it is in part that of another replica. */
  static final int WINDOW = 1_024;

  /** Requests since the last step, without which nothing new is known. */
  static final int LEAST_REQUESTS = 100;

  static final Duration EVERY = Duration.ofSeconds(10);
  static final double MOST_STEP = 1.1;
  static final double BAND = 1.1;
  static final double LEAST_SHARE = 0.1;

  private final Map<String, Track> tracks = new HashMap<>();
  private final Map<String, Double> recalled;
  private Instant nextAt = Instant.MIN;

  /**
   * One replica.
   *
   * @param base requests at its servers when it was first seen there
   * @param last requests when its share was last looked at
   */
  private record Track(double share, long base, long last) {}

  /**
   * @param recalled what was learned before, by the replica's name
   */
  Shares(Map<String, Double> recalled) {
    this.recalled = Map.copyOf(recalled);
  }

  /** The share of a replica; one that is not known yet gets that of the middle one. */
  double of(Replica replica) {
    Track known = tracks.get(replica.name());
    return known == null ? recalled.getOrDefault(replica.name(), middle()) : known.share();
  }

  /** What is worth keeping of {@link #known()}. */
  Map<String, Double> kept() {
    Map<String, Double> kept = known();
    while (kept.size() > Pace.MOST_SHARES) {
      kept.keySet().remove(kept.keySet().iterator().next());
    }
    return kept;
  }

  /** The shares that are known, by the replica's name. */
  Map<String, Double> known() {
    Map<String, Double> shares = new TreeMap<>();
    tracks.forEach((name, track) -> shares.put(name, track.share()));
    return shares;
  }

  /**
   * Learns from one look at the instances.
   *
   * @param warmUp younger replicas are slower than they will be
   * @return whether a share is another now
   */
  boolean learn(List<Replica> replicas, List<SeenPool> pools, Duration warmUp, Instant now) {
    Set<String> names = replicas.stream().map(Replica::name).collect(Collectors.toSet());
    tracks.keySet().retainAll(names);
    if (now.isBefore(nextAt) || pools.isEmpty() || !pools.stream().allMatch(SeenPool::dynamic)) {
      return false;
    }
    nextAt = now.plus(EVERY);
    Map<String, Double> millis = new HashMap<>();
    Map<String, Long> requests = new HashMap<>();
    for (Replica replica : replicas) {
      boolean warm = !now.isBefore(replica.readySince().plus(warmUp));
      measure(replica, pools, requests)
          .filter(_ -> warm && !replica.leaving())
          .ifPresent(response -> millis.put(replica.name(), response));
    }
    return millis.size() >= 2 && step(millis, requests);
  }

  private Optional<Double> measure(
      Replica replica, List<SeenPool> pools, Map<String, Long> requests) {
    List<SeenServer> servers =
        pools.stream()
            .flatMap(pool -> pool.servers().stream())
            .filter(server -> server.address().equals(Optional.of(replica.address())))
            .filter(SeenServer::isServing)
            .toList();
    long sent = servers.stream().mapToLong(SeenServer::requests).sum();
    @Nullable Track track = tracks.get(replica.name());
    if (track == null || sent < track.last()) {
      tracks.put(replica.name(), new Track(of(replica), sent, sent));
      return Optional.empty();
    }
    if (sent - track.base() < (long) WINDOW * pools.size()
        || sent - track.last() < LEAST_REQUESTS) {
      return Optional.empty();
    }
    OptionalDouble mean =
        servers.stream()
            .flatMap(server -> server.response().stream())
            .mapToLong(Duration::toMillis)
            .average();
    requests.put(replica.name(), sent);
    return mean.isPresent() ? Optional.of(mean.getAsDouble()) : Optional.empty();
  }

  private boolean step(Map<String, Double> millis, Map<String, Long> requests) {
    double fastest = Collections.min(millis.values());
    boolean changed = false;
    for (Map.Entry<String, Double> measured : millis.entrySet()) {
      Track track = tracks.getOrDefault(measured.getKey(), new Track(1, 0, 0));
      double target = Math.max(LEAST_SHARE, fastest / measured.getValue());
      double ratio = target / track.share();
      boolean near = ratio <= BAND && ratio >= 1 / BAND && target < 1;
      double share =
          near
              ? track.share()
              : Math.min(1, track.share() * Math.clamp(ratio, 1 / MOST_STEP, MOST_STEP));
      changed |= share != track.share();
      tracks.put(
          measured.getKey(),
          new Track(share, track.base(), requests.getOrDefault(measured.getKey(), track.last())));
    }
    return changed;
  }

  private double middle() {
    List<Double> shares =
        new ArrayList<>(
            tracks.isEmpty()
                ? recalled.values()
                : tracks.values().stream().map(Track::share).toList());
    Collections.sort(shares);
    return shares.isEmpty() ? 1 : shares.get(shares.size() / 2);
  }
}
