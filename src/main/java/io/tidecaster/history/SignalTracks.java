package io.tidecaster.history;

import io.tidecaster.workload.SeriesSelector;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** All series of one signal. */
final class SignalTracks {
  private final SeriesSelector.Type type;
  private final AssemblyRules rules;
  private final SeriesTrack.Reach reach;
  private final Map<String, SeriesTrack> tracks = new HashMap<>();
  private final Map<String, Replica> replicas = new HashMap<>();
  private SeriesTrack[] inOrder = {};
  private boolean orderIsOld;

  /**
   * One minute of the signal.
   *
   * @param mean NaN where unknown
   */
  record Measured(double mean, int reporting, int silent, int resets) {
    static final Measured NOTHING = new Measured(Double.NaN, 0, 0, 0);

    OptionalDouble known() {
      return Double.isNaN(mean) ? OptionalDouble.empty() : OptionalDouble.of(mean);
    }
  }

  SignalTracks(SeriesSelector.Type type, AssemblyRules rules) {
    this.type = type;
    this.rules = rules;
    this.reach = SeriesTrack.Reach.of(rules);
  }

  /** Unknown where nothing ran under a limit. */
  static OptionalDouble throttledShare(Map<Signal, Measured> measured) {
    double periods = measured.getOrDefault(Signal.CPU_PERIODS, Measured.NOTHING).mean();
    double throttled = measured.getOrDefault(Signal.THROTTLED, Measured.NOTHING).mean();
    return periods > 0 && !Double.isNaN(throttled)
        ? OptionalDouble.of(Math.min(1, throttled / periods))
        : OptionalDouble.empty();
  }

  SeriesSelector.Type type() {
    return type;
  }

  /** The series of this name, made if there is room; null if there is none. */
  @Nullable SeriesTrack track(String identity) {
    SeriesTrack known = tracks.get(identity);
    if (known != null || tracks.size() >= rules.maxSeries()) {
      return known;
    }
    Replica replica = replicas.computeIfAbsent(SeriesIdentity.replicaOf(identity), Replica::new);
    replica.gain();
    SeriesTrack made = new SeriesTrack(identity, replica, type, reach);
    tracks.put(identity, made);
    orderIsOld = true;
    return made;
  }

  boolean isEmpty() {
    return tracks.isEmpty();
  }

  /** A series that may yet change the minute that ends at {@code end}; null if there is none. */
  @Nullable SeriesTrack unsettled(long end, long watermark) {
    for (SeriesTrack track : tracks()) {
      if (track.settledAt(end) > watermark) {
        return track;
      }
    }
    return null;
  }

  /** Whether all series were sampled after {@code end} with nothing missing before, or ended. */
  boolean isComplete(long end) {
    for (SeriesTrack track : tracks()) {
      if (!track.isComplete(end)) {
        return false;
      }
    }
    return true;
  }

  Measured measure(long start, long end) {
    MinuteSum sum = new MinuteSum(start, end);
    replicas.values().forEach(Replica::startMinute);
    for (SeriesTrack track : tracks()) {
      if (track.addTo(sum)) {
        track.replica.report();
      } else if (track.startedBefore(end) && !track.endedBefore(end)) {
        track.replica.miss();
      }
    }
    int reporting = 0;
    int silent = 0;
    for (Replica replica : replicas.values()) {
      reporting += replica.isReporting() ? 1 : 0;
      silent += replica.isSilent() ? 1 : 0;
    }
    double mean = reporting == 0 ? Double.NaN : sum.mean(rules.leastCovered().toMillis());
    return new Measured(mean, reporting, silent, sum.resets());
  }

  /** Drops all that no minute from {@code open} on needs. */
  void dropBefore(long open) {
    boolean dropped =
        tracks
            .values()
            .removeIf(track -> {
              track.dropBefore(open);
              boolean forgotten = track.isForgotten(open);
              if (forgotten && track.replica.lose()) {
                replicas.remove(track.replica.name);
              }
              return forgotten;
            });
    orderIsOld |= dropped;
  }

  /** The time of the oldest sample kept; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    long oldest = Long.MAX_VALUE;
    for (SeriesTrack track : tracks()) {
      if (!track.isEmpty()) {
        oldest = Math.min(oldest, track.oldest());
      }
    }
    return oldest;
  }

  /** By name, so that sums come out the same to the last bit whatever came first. */
  private SeriesTrack[] tracks() {
    if (orderIsOld) {
      inOrder = tracks.values().toArray(SeriesTrack[]::new);
      Arrays.sort(inOrder, Comparator.comparing(track -> track.identity));
      orderIsOld = false;
    }
    return inOrder;
  }

  long estimateBytes() {
    long bytes = 200;
    for (SeriesTrack track : tracks()) {
      bytes += track.estimateBytes() + 48 + 8;
    }
    for (Replica replica : replicas.values()) {
      bytes += 24 + 56 + replica.name.length() + 48;
    }
    return bytes;
  }
}
