package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.StartupBoost;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives the containers of starting pods the boost of {@code vertical.startupBoost}, and takes it
 * back. They bear no load, or have just begun to, so no pace is kept; and a boost that is refused
 * keeps nobody else from being resized.
 */
final class StartingPods {

  /** No boost is tried within it after a refusal; the boost of a new pod is taken back in it. */
  private final Duration respite;

  private final Writer writer;
  private final Map<ScalerId, Refusal> refusals = new ConcurrentHashMap<>();

  /** The way to the API server. */
  interface Writer {
    void write(Scaler scaler, PodChange change);
  }

  private record Refusal(Instant until, String detail) {}

  StartingPods(Duration respite, Writer writer) {
    this.respite = respite;
    this.writer = writer;
  }

  /** How far a pod is on its way to being one of many; without a boost all are there. */
  SizeObservation.Age age(Vertical vertical, JsonNode pod, Instant now) {
    if (vertical.boost().isEmpty()) {
      return SizeObservation.Age.SETTLED;
    }
    StartupBoost boost = vertical.boost().get();
    Optional<Instant> made = time(pod.at("/metadata/creationTimestamp"));
    Optional<Instant> latest = made.map(at -> at.plus(boost.atMost()));
    Optional<Instant> until =
        readySince(pod)
            .map(at -> at.plus(boost.afterReady()))
            .filter(at -> latest.isEmpty() || at.isBefore(latest.get()))
            .or(() -> latest);
    if (until.isEmpty() || !now.isBefore(until.get().plus(respite))) {
      return SizeObservation.Age.SETTLED;
    }
    return now.isBefore(until.get()) ? SizeObservation.Age.STARTING : SizeObservation.Age.NEW;
  }

  private static Optional<Instant> readySince(JsonNode pod) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")
          && condition.path("status").asText().equals("True")) {
        return time(condition.path("lastTransitionTime"));
      }
    }
    return Optional.empty();
  }

  static Optional<Instant> time(JsonNode text) {
    try {
      return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** The same where one container is sized. */
  ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant now) {
    return resize(scaler, seen, WantedSizes.of(wanted), now);
  }

  /**
   * Asks for what starting pods are to have, and new ones have too much of. The boost is of the
   * container that bears the load; those beside it get their size.
   */
  ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted, Instant now) {
    Vertical vertical = scaler.vertical().orElseThrow();
    List<SizeObservation.Pod> pods =
        seen.pods().stream().filter(pod -> pod.age() != SizeObservation.Age.SETTLED).toList();
    if (pods.isEmpty()) {
      return new ResizeResult.AsDecided();
    }
    Optional<ResizeResult> before = refusal(scaler, now);
    Optional<ResizeResult> noRoom =
        before.isPresent() ? Optional.empty() : noRoom(scaler, pods, now);
    boolean boosts = before.isEmpty() && noRoom.isEmpty();
    WantedSize first = wanted.first();
    WantedSize boosted =
        boosts ? new WantedSize(vertical.boosted(first.cpuMillis()), first.memoryBytes()) : first;
    List<PodChange.Wish> wishes =
        PodChange.Wish.of(vertical, seen, wanted).stream()
            .filter(wish -> !wish.restarts())
            .toList();
    List<PodChange.Wish> whileStarting =
        PodChange.Wish.of(vertical, seen, new WantedSizes(boosted, wanted.beside())).stream()
            .filter(wish -> !wish.restarts())
            .toList();
    List<PodChange> changes =
        pods.stream()
            .flatMap(pod ->
                PodChange.of(
                    pod.name(), pod.age() == SizeObservation.Age.STARTING ? whileStarting : wishes)
                    .stream())
            .toList();
    for (PodChange change : changes) {
      try {
        writer.write(scaler, change);
      } catch (KubernetesClientException e) {
        return refused(scaler, change, e, now);
      }
    }
    if (noRoom.isPresent()) {
      return noRoom.get();
    }
    if (!changes.isEmpty()) {
      return done(vertical, changes, boosts, first);
    }
    return before
        .filter(_ -> pods.stream().anyMatch(pod -> pod.age() == SizeObservation.Age.STARTING))
        .orElseGet(ResizeResult.AsDecided::new);
  }

  /** The boost is of the container that bears the load alone. */
  private static ResizeResult done(
      Vertical vertical, List<PodChange> pods, boolean boosts, WantedSize wanted) {
    List<PodResizer.Change> changes =
        pods.stream()
            .flatMap(pod -> pod.changes().stream())
            .filter(change -> change.vertical().container().equals(vertical.container()))
            .toList();
    List<PodResizer.Change> given =
        changes.stream()
            .filter(change -> boosts && change.pod().age() == SizeObservation.Age.STARTING)
            .filter(change -> change.millis() > wanted.cpuMillis())
            .toList();
    long takenBack =
        changes.stream()
            .filter(change -> !given.contains(change))
            .filter(change -> change.millis() < change.pod().requestMillis())
            .count();
    return given.isEmpty() && takenBack == 0
        ? new ResizeResult.Resized(pods.size(), 0)
        : new ResizeResult.Boosted(
            given.size(),
            given.stream().mapToLong(PodResizer.Change::millis).max().orElse(wanted.cpuMillis()),
            Math.toIntExact(takenBack),
            wanted.cpuMillis());
  }

  /** A refusal that stands. */
  private Optional<ResizeResult> refusal(Scaler scaler, Instant now) {
    return Optional.ofNullable(refusals.get(scaler.id()))
        .filter(known -> now.isBefore(known.until()))
        .map(known -> new ResizeResult.BoostRefused(known.detail(), true));
  }

  private Optional<ResizeResult> noRoom(
      Scaler scaler, List<SizeObservation.Pod> pods, Instant now) {
    return pods.stream()
        .filter(pod -> pod.age() == SizeObservation.Age.STARTING && pod.pending().isPresent())
        .findFirst()
        .map(pod -> {
          SizeObservation.Pending why = pod.pending().orElseThrow();
          return refused(
              scaler,
              "pod %s is not resized to %dm while it starts, %s: %s"
                  .formatted(pod.name(), pod.requestMillis(), why.reason(), why.message()),
              now);
        });
  }

  private ResizeResult refused(
      Scaler scaler, PodChange change, KubernetesClientException e, Instant now) {
    String said =
        "pod %s is not resized to %s while it starts: %s"
            .formatted(change.pod(), change, e.getMessage());
    return switch (e.getCode()) {
      case 400, 401, 403, 405, 422 -> refused(scaler, said, now);
      default -> new ResizeResult.Failed(said);
    };
  }

  private ResizeResult refused(Scaler scaler, String said, Instant now) {
    Instant until = now.plus(respite);
    String detail =
        "%s; no start is boosted before %s".formatted(said, until.truncatedTo(ChronoUnit.SECONDS));
    refusals.put(scaler.id(), new Refusal(until, detail));
    return new ResizeResult.BoostRefused(detail, false);
  }
}
