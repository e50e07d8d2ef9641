package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Scalings of ours that somebody undid: a person, or a tool that has replicas in its manifests. The
 * API server keeps in {@code managedFields} who set the replicas last; where that is no longer we,
 * the workload is theirs for a while, for two that scale one workload would fight.
 *
 * <p>It remembers one entry a scaler. What was set before this replica first scaled a workload is
 * where it starts from, and nobody's undoing.
 */
final class HandMade {
  private final Duration handsOff;
  private final InstantSource clock;
  private final Set<ScalerId> ours = ConcurrentHashMap.newKeySet();
  private final Map<ScalerId, Touch> touches = new ConcurrentHashMap<>();

  /** Who set the replicas last. */
  private record Touch(String manager, Instant at) {}

  HandMade(Duration handsOff, InstantSource clock) {
    this.handsOff = handsOff;
    this.clock = clock;
  }

  /** Takes note of who set the replicas of a workload that was read. */
  void observe(ScalerId id, JsonNode workload) {
    Touch last = null;
    for (JsonNode entry : workload.at("/metadata/managedFields")) {
      if (entry.at("/fieldsV1/f:spec").has("f:replicas")) {
        if (managerOf(entry).equals(KubernetesRequests.FIELD_MANAGER)) {
          touches.remove(id);
          return;
        }
        Instant at = timeOf(entry).orElseGet(() -> firstSeen(id, entry));
        if (last == null || at.isAfter(last.at())) {
          last = new Touch(managerOf(entry), at);
        }
      }
    }
    if (last != null) {
      touches.put(id, last);
    }
  }

  /** Empty for a write through {@code /scale}: the API server notes no time for it. */
  private static Optional<Instant> timeOf(JsonNode entry) {
    try {
      return Optional.of(Instant.parse(entry.path("time").asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private Instant firstSeen(ScalerId id, JsonNode entry) {
    Touch known = touches.get(id);
    return known != null && known.manager().equals(managerOf(entry)) ? known.at() : clock.instant();
  }

  private static String managerOf(JsonNode entry) {
    return entry.path("manager").asText("somebody");
  }

  void scaled(ScalerId id) {
    ours.add(id);
    touches.remove(id);
  }

  /** Who undid our last scaling, and until when it is theirs; empty where nobody did. */
  Optional<String> undone(ScalerId id) {
    Touch touch = touches.get(id);
    if (touch == null || !ours.contains(id)) {
      return Optional.empty();
    }
    Instant until = touch.at().plus(handsOff);
    if (!clock.instant().isBefore(until)) {
      return Optional.empty();
    }
    return Optional.of(
        "was scaled by %s at %s, which undid ours, and is left alone until %s; take replicas out of the manifest, or set mode Advisory"
            .formatted(touch.manager(), touch.at(), until));
  }
}
