package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.StartupBoost;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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
    void write(Scaler scaler, Vertical vertical, PodResizer.Change change);
  }

  private record Refusal(Instant until, ResizeResult why) {}

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

  private static Optional<Instant> time(JsonNode text) {
    try {
      return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** Asks for what starting pods are to have, and new ones have too much of. */
  ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant now) {
    Vertical vertical = scaler.vertical().orElseThrow();
    List<SizeObservation.Pod> pods =
        seen.pods().stream().filter(pod -> pod.age() != SizeObservation.Age.SETTLED).toList();
    pods.stream()
        .filter(pod -> pod.age() == SizeObservation.Age.STARTING)
        .flatMap(pod -> pod.pending().map(why -> noRoom(pod, why)).stream())
        .findFirst()
        .ifPresent(why -> refusals.put(scaler.id(), new Refusal(now.plus(respite), why)));
    Optional<Refusal> refused =
        Optional.ofNullable(refusals.get(scaler.id())).filter(known -> now.isBefore(known.until()));
    if (pods.isEmpty() || pods.stream().anyMatch(SizeObservation.Pod::restarts)) {
      return new ResizeResult.AsDecided();
    }
    WantedSize boosted =
        refused.isPresent()
            ? wanted
            : new WantedSize(vertical.boosted(wanted.cpuMillis()), wanted.memoryBytes());
    List<PodResizer.Change> changes =
        pods.stream()
            .map(pod ->
                PodResizer.Change.of(
                    vertical, pod, pod.age() == SizeObservation.Age.STARTING ? boosted : wanted))
            .filter(PodResizer.Change::isOne)
            .toList();
    for (PodResizer.Change change : changes) {
      try {
        writer.write(scaler, vertical, change);
      } catch (KubernetesClientException e) {
        return refused(scaler, change, e, now);
      }
    }
    if (!changes.isEmpty()) {
      return new ResizeResult.Resized(changes.size(), 0);
    }
    return refused
        .filter(_ -> pods.stream().anyMatch(pod -> pod.age() == SizeObservation.Age.STARTING))
        .map(Refusal::why)
        .orElseGet(ResizeResult.AsDecided::new);
  }

  private ResizeResult noRoom(SizeObservation.Pod pod, SizeObservation.Pending why) {
    return new ResizeResult.Refused(
        "pod %s is not boosted to %dm while it starts, %s: %s; starts are not boosted for %s"
            .formatted(pod.name(), pod.requestMillis(), why.reason(), why.message(), respite));
  }

  private ResizeResult refused(
      Scaler scaler, PodResizer.Change change, KubernetesClientException e, Instant now) {
    String said =
        "pod %s is not resized to %s while it starts: %s"
            .formatted(change.pod().name(), change, e.getMessage());
    return switch (e.getCode()) {
      case 400, 401, 403, 405, 422 -> {
        ResizeResult refusal =
            new ResizeResult.Refused("%s; starts are not boosted for %s".formatted(said, respite));
        refusals.put(scaler.id(), new Refusal(now.plus(respite), refusal));
        yield refusal;
      }
      default -> new ResizeResult.Failed(said);
    };
  }

  /** What became of both: what keeps either from being done is told first. */
  static ResizeResult both(ResizeResult starts, ResizeResult others) {
    if (others instanceof ResizeResult.Held || starts instanceof ResizeResult.AsDecided) {
      return others;
    }
    return starts instanceof ResizeResult.Resized some
            && others instanceof ResizeResult.Resized more
        ? new ResizeResult.Resized(some.pods() + more.pods(), more.left())
        : starts;
  }
}
