package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartUpsTest {
  private static final ObjectMapper YAML = new YAMLMapper();

  private int made;

  @Test
  void aStartUpHasThreeParts() {
    assertThat(StartUp.of(pod("08:00:02", "08:00:12", "08:01:02", 0)))
        .contains(
            new StartUp(
                "u",
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(50),
                Instant.parse("2026-03-02T08:01:02Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "08:00:11, 08:00:12, 08:00:40, 0", // waited 11 s for a node
    "08:00:01, 08:00:02, 08:00:40, 1", // crashed once
    "08:00:01, 08:00:02, 09:00:01, 0", // more than an hour: was ready before
  })
  void whatSaysNothingOfAPodsSpeedDoesNotCount(
      String scheduled, String running, String ready, int restarts) {
    assertThat(StartUp.of(pod(scheduled, running, ready, restarts))).isEmpty();
  }

  @Test
  void aPodThatWaitsForItsNodeIsHeldBackOnceItHasWaitedLong() {
    JsonNode pod =
        yaml(
            """
            metadata: {name: web-1, uid: u, creationTimestamp: "2026-03-02T08:00:00Z"}
            status:
              conditions:
                - {type: PodScheduled, status: "False", message: Insufficient cpu}
            """);

    assertThat(StartUp.heldBack(pod, Instant.parse("2026-03-02T08:00:10Z"))).isEmpty();
    assertThat(StartUp.heldBack(pod, Instant.parse("2026-03-02T08:00:11Z")))
        .contains("pod web-1 has no node: Insufficient cpu");
    assertThat(StartUp.of(pod)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "initContainerStatuses, ImagePullBackOff, 0",
    "containerStatuses, CrashLoopBackOff, 7",
  })
  void aPodWhoseContainerDoesNotComeUpIsHeldBack(String statuses, String reason, int restarts) {
    JsonNode pod =
        yaml(
            """
            metadata: {name: web-1, uid: u, creationTimestamp: "2026-03-02T08:00:00Z"}
            status:
              %s:
                - {name: app, restartCount: %d, state: {waiting: {reason: %s}}}
            """
                .formatted(statuses, restarts, reason));

    assertThat(StartUp.heldBack(pod, Instant.parse("2026-03-02T08:00:10Z")))
        .contains(
            "container app of pod web-1 is in %s after %d restarts".formatted(reason, restarts));
    assertThat(StartUp.of(pod)).isEmpty();
  }

  @Test
  void aPodThatIsBeingMadeIsNotHeldBack() {
    JsonNode pod =
        yaml(
            """
            metadata: {name: web-1, uid: u, creationTimestamp: "2026-03-02T08:00:00Z"}
            status:
              containerStatuses:
                - {name: app, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}
            """);

    assertThat(StartUp.heldBack(pod, Instant.parse("2026-03-02T08:05:00Z"))).isEmpty();
  }

  @Test
  void theLeadTimeIsTheNinetiethPercentileOfTheLastStartUps() {
    StartUps startUps = new StartUps();
    for (int seconds = 1; seconds <= 12; seconds++) {
      startUps.add(startUp("pod-" + seconds, seconds));
      startUps.add(startUp("pod-" + seconds, 99)); // known already
    }

    LearnedLeadTime learned = startUps.learned().orElseThrow();
    // ⌈0.9 × 12⌉ = 11
    assertThat(learned.estimate().duration()).isEqualTo(Duration.ofSeconds(11));
    assertThat(learned.startUps()).isEqualTo(12);
    assertThat(learned.explanation())
        .isEqualTo(
            "9 of 10 of the last 12 start-ups took at most 11 s; the median is 0 s for a node, 0 s"
                + " for image and init containers, 6 s until ready");
  }

  @Test
  void twoStartUpsSayNothingAndOldOnesAreForgotten() {
    StartUps startUps = new StartUps();
    startUps.add(startUp("a", 600));
    startUps.add(startUp("b", 600));
    assertThat(startUps.learned()).isEqualTo(Optional.empty());

    for (int i = 0; i < StartUps.MOST; i++) {
      startUps.add(startUp("new-" + i, 30));
    }
    assertThat(startUps.learned().orElseThrow().estimate().duration())
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void ofAFleetOfMoreThanAreRememberedTheNewestCountInWhateverOrderTheyAreListed() {
    StartUps startUps = new StartUps();
    for (int look = 0; look < 2; look++) {
      for (int i = 0; i < 10; i++) {
        startUps.add(startUp("updated-" + i, 90, Given.AT.plusSeconds(3600 + i)));
      }
      for (int i = 0; i < 60; i++) {
        startUps.add(startUp("old-" + i, 30, Given.AT.plusSeconds(i)));
      }
    }

    // 40 of 30 s and 10 of 90 s: the 45th shortest
    assertThat(startUps.learned().orElseThrow().estimate().duration())
        .isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void writesASelectorAsAQueryHasIt() {
    JsonNode selector =
        yaml(
            """
            matchLabels: {app: crm}
            matchExpressions:
              - {key: tier, operator: In, values: [web, api]}
              - {key: old, operator: NotIn, values: ["yes"]}
              - {key: canary, operator: DoesNotExist}
              - {key: release, operator: Exists}
            """);
    assertThat(PodWatch.selector(selector))
        .isEqualTo("app=crm,tier in (web,api),old notin (yes),!canary,release");
  }

  /** Each is ready a second after the one before. */
  private StartUp startUp(String uid, int seconds) {
    return startUp(uid, seconds, Given.AT.plusSeconds(made++));
  }

  private static StartUp startUp(String uid, int seconds, Instant readyAt) {
    return new StartUp(uid, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(seconds), readyAt);
  }

  private static JsonNode pod(String scheduled, String running, String ready, int restarts) {
    return yaml(
        """
        metadata: {name: web-1, uid: u, creationTimestamp: "2026-03-02T08:00:00Z"}
        status:
          conditions:
            - {type: PodScheduled, status: "True", lastTransitionTime: "2026-03-02T%sZ"}
            - {type: Ready, status: "True", lastTransitionTime: "2026-03-02T%sZ"}
          containerStatuses:
            - restartCount: %d
              state: {running: {startedAt: "2026-03-02T%sZ"}}
        """
            .formatted(scheduled, ready, restarts, running));
  }

  private static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
