package io.tidecaster.balance;

import io.tidecaster.pace.Start;
import io.tidecaster.pace.Timed;
import io.tidecaster.pace.WarmUps;
import io.tidecaster.pace.Watch;
import io.tidecaster.pace.Watch.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that warm up, each watched at all instances beside those that must be warm. Not for
 * many threads.
 */
final class ColdReplicas {
  /** Watched at a time; a fleet that starts more at once learns from these. */
  static final int MOST = 16;

  /** Names that are remembered, so that one that was away for a while is not taken for cold. */
  private static final int MOST_NAMES = 2_000;

  private final Map<String, Watch> watches = new HashMap<>();
  private final LinkedHashSet<String> names = new LinkedHashSet<>();
  private final Set<String> instances = new HashSet<>();
  private final Map<Place, Earlier> places = new HashMap<>();

  /** A server of an instance. */
  private record Place(String instance, String server) {}

  /** A server at the look before. */
  private record Earlier(Timed timed, Optional<Address> address, boolean inMaintenance) {}

  /**
   * What a watch came to: how the replica warmed up, or that too little was asked of it to tell.
   */
  record Watched(Optional<Start> start) {}

  /**
   * Takes in a look.
   *
   * @param pools what was seen, by instance; those that did not answer are left out
   * @param stated the warm-up that is expected; above zero
   * @return the watches that are over
   */
  List<Watched> look(
      List<Replica> replicas, Map<String, SeenPool> pools, Duration stated, Instant now) {
    Map<Address, Work> work = work(pools);
    Work theirs = Work.NONE;
    Duration grown = WarmUps.longest(stated);
    Set<String> staying = new HashSet<>();
    for (Replica replica : replicas) {
      if (!replica.leaving()) {
        staying.add(replica.name());
        if (Duration.between(replica.readySince(), now).compareTo(grown) >= 0) {
          theirs = theirs.plus(work.getOrDefault(replica.address(), Work.NONE));
        }
      }
    }
    watches.keySet().retainAll(staying);
    for (Replica replica : replicas) {
      if (!replica.leaving()) {
        watch(replica, work.getOrDefault(replica.address(), Work.NONE), theirs, stated, now);
      }
    }
    return over(now);
  }

  private void watch(Replica replica, Work mine, Work theirs, Duration stated, Instant now) {
    @Nullable Watch watch = watches.get(replica.name());
    if (watch != null && watch.readyAt().equals(replica.readySince())) {
      watch.add(now, mine, theirs);
    } else if (watch != null) {
      watches.remove(replica.name());
    } else if (isNew(replica.name())
        && watches.size() < MOST
        && Watch.isInTime(Duration.between(replica.readySince(), now), stated)) {
      Watch begun = new Watch(replica.name(), replica.readySince(), stated);
      begun.add(now, Work.NONE, Work.NONE);
      watches.put(replica.name(), begun);
    }
  }

  private boolean isNew(String name) {
    boolean isNew = names.add(name);
    if (names.size() > MOST_NAMES) {
      names.removeFirst();
    }
    return isNew;
  }

  private List<Watched> over(Instant now) {
    List<Watched> over = new ArrayList<>();
    for (Iterator<Watch> all = watches.values().iterator(); all.hasNext(); ) {
      Watch watch = all.next();
      if (watch.isOver(now)) {
        over.add(new Watched(watch.found()));
        all.remove();
      }
    }
    return over;
  }

  /** What was done at each address since each instance was seen before. */
  private Map<Address, Work> work(Map<String, SeenPool> pools) {
    Map<Address, Work> work = new HashMap<>();
    pools.forEach((instance, pool) -> {
      boolean seenBefore = !instances.add(instance);
      for (SeenServer server : pool.servers()) {
        Place place = new Place(instance, server.name());
        Earlier earlier =
            places.getOrDefault(place, new Earlier(Timed.NOTHING, Optional.empty(), true));
        if (server.timed().answers() < earlier.timed().answers()) {
          watches.clear(); // HAProxy began anew, and what it counted in between is lost
        } else if (seenBefore
            && (earlier.inMaintenance() || earlier.address().equals(server.address()))) {
          server
              .address()
              .ifPresent(address ->
                  work.merge(address, since(server.timed(), earlier.timed()), Work::plus));
        }
        places.put(place, new Earlier(server.timed(), server.address(), server.isInMaintenance()));
      }
      places
          .keySet()
          .removeIf(place ->
              place.instance().equals(instance)
                  && pool.servers().stream()
                      .noneMatch(server -> server.name().equals(place.server())));
    });
    return work;
  }

  private static Work since(Timed now, Timed before) {
    return new Work(now.answers() - before.answers(), now.busyMillisSince(before));
  }
}
