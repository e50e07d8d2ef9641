package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;

/**
 * How long one pod took from its creation until it was ready, which is when a Service sends it
 * load. Kubernetes states all these times in whole seconds.
 *
 * @param scheduling from creation until it had a node
 * @param preparing from then until its last container ran: image pull, init containers
 * @param warmUp from then until it was ready
 * @param readyAt when that was
 */
record StartUp(
    String podUid, Duration scheduling, Duration preparing, Duration warmUp, Instant readyAt) {
  /** A pod that waits longer than this for its node lacks room; that says nothing of its speed. */
  static final Duration ROOM_WITHIN = Duration.ofSeconds(10);

  /** Beyond the forecast's reach; more likely a readiness that was lost and came back. */
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Why a kubelet lets a container wait that does not come up by itself. */
  private static final Set<String> BROKEN =
      Set.of(
          "CrashLoopBackOff",
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  Duration total() {
    return scheduling.plus(preparing).plus(warmUp);
  }

  /**
   * The start-up of a pod, or empty where it is still under way, or tells nothing: the pod waited
   * for room, a container of it crashed, or it has been ready, then not, and is so again.
   */
  static Optional<StartUp> of(JsonNode pod) {
    Optional<Instant> created = time(pod.at("/metadata/creationTimestamp"));
    Optional<Instant> scheduled = since(pod, "PodScheduled");
    Optional<Instant> ready = since(pod, "Ready");
    Optional<Instant> running = running(pod);
    if (created.isEmpty() || scheduled.isEmpty() || ready.isEmpty() || running.isEmpty()) {
      return Optional.empty();
    }
    StartUp startUp =
        new StartUp(
            pod.at("/metadata/uid").asText(),
            between(created.get(), scheduled.get()),
            between(scheduled.get(), running.get()),
            between(running.get(), ready.get()),
            ready.get());
    return startUp.scheduling.compareTo(ROOM_WITHIN) <= 0 && startUp.total().compareTo(LONGEST) <= 0
        ? Optional.of(startUp)
        : Optional.empty();
  }

  /**
   * Why a pod does not come up: it has waited long for a node and has none, or a container of it
   * crashes or cannot be made; empty where neither is so.
   */
  static Optional<String> heldBack(JsonNode pod, Instant now) {
    Optional<Instant> created = time(pod.at("/metadata/creationTimestamp"));
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("status").asText().equals("False")
          && created.isPresent()
          && now.isAfter(created.get().plus(ROOM_WITHIN))) {
        return Optional.of(
            "pod %s has no node: %s"
                .formatted(pod.at("/metadata/name").asText(), condition.path("message").asText()));
      }
    }
    return broken(pod, "/status/initContainerStatuses")
        .or(() -> broken(pod, "/status/containerStatuses"));
  }

  private static Optional<String> broken(JsonNode pod, String statuses) {
    for (JsonNode container : pod.at(statuses)) {
      String reason = container.at("/state/waiting/reason").asText();
      if (BROKEN.contains(reason)) {
        return Optional.of(
            "container %s of pod %s is in %s after %d restarts"
                .formatted(
                    container.path("name").asText(),
                    pod.at("/metadata/name").asText(),
                    reason,
                    container.path("restartCount").asInt()));
      }
    }
    return Optional.empty();
  }

  private static Duration between(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  private static Optional<Instant> since(JsonNode pod, String type) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals("True")
            ? time(condition.path("lastTransitionTime"))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** When the last container started; empty where one does not run, or has run before. */
  private static Optional<Instant> running(JsonNode pod) {
    Optional<Instant> last = Optional.empty();
    for (JsonNode container : pod.at("/status/containerStatuses")) {
      Optional<Instant> started = time(container.at("/state/running/startedAt"));
      if (started.isEmpty() || container.path("restartCount").asInt() > 0) {
        return Optional.empty();
      }
      if (last.isEmpty() || started.get().isAfter(last.get())) {
        last = started;
      }
    }
    return last;
  }

  private static Optional<Instant> time(JsonNode text) {
    try {
      return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
