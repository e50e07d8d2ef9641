package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.act.SizeObservation.Age;
import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.StartupBoost;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StartingPodsTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Duration RESPITE = Duration.ofMinutes(10);

  /** Twice the CPU, until 30 s after it is ready, for 5 minutes at most. */
  private static final Vertical BOOSTED =
      new Vertical("web", 250, 4000, Vertical.Values.REQUESTS_AND_LIMITS, 0.8, 1)
          .with(
              new StartupBoost(
                  2, OptionalLong.empty(), Duration.ofSeconds(30), Duration.ofMinutes(5)));

  private static final Scaler PLAIN = Given.deployment("crm", "web");

  private static final Scaler WEB =
      new Scaler(
              PLAIN.id(),
              PLAIN.target(),
              PLAIN.mode(),
              PLAIN.bounds(),
              PLAIN.load(),
              Optional.of(PLAIN.load()),
              PLAIN.objective(),
              PLAIN.hpaObjective(),
              PLAIN.serviceLevel(),
              PLAIN.leadTime(),
              PLAIN.behavior())
          .withVertical(BOOSTED);

  private final List<String> written = new ArrayList<>();
  private final StartingPods starting =
      new StartingPods(RESPITE, (_, change) -> written.add(change.pod() + " " + change));

  private Age age(String ready, Instant now) throws Exception {
    JsonNode pod =
        new YAMLMapper()
            .readTree(
                """
                metadata: {creationTimestamp: "2026-03-02T12:00:00Z"}
                status: {conditions: [%s]}
                """
                    .formatted(ready));
    return starting.age(BOOSTED, pod, now);
  }

  @Test
  void aPodStartsUntilItHasBeenReadyForAWhile() throws Exception {
    String ready = "{type: Ready, status: \"True\", lastTransitionTime: \"2026-03-02T12:01:00Z\"}";
    String unready = ready.replace("True", "False");

    assertThat(age(unready, NOON.plusSeconds(59))).isEqualTo(Age.STARTING);
    assertThat(age(ready, NOON.plusSeconds(89))).isEqualTo(Age.STARTING);
    // ready at 12:01:00 and 30 s on
    assertThat(age(ready, NOON.plusSeconds(90))).isEqualTo(Age.NEW);
    assertThat(age(ready, NOON.plusSeconds(90).plus(RESPITE))).isEqualTo(Age.SETTLED);
  }

  @Test
  void aPodThatNeverGetsReadyDoesNotKeepItsBoost() throws Exception {
    assertThat(age("", NOON.plusSeconds(299))).isEqualTo(Age.STARTING);
    assertThat(age("", NOON.plusSeconds(300))).isEqualTo(Age.NEW);
  }

  private static SizeObservation.Pod pod(String name, long millis, Age age) {
    return new SizeObservation.Pod(
        name,
        millis,
        OptionalLong.empty(),
        millis,
        false,
        Optional.empty(),
        SizeObservation.Memory.UNKNOWN,
        age);
  }

  private ResizeResult resize(SizeObservation.Pod... pods) {
    return starting.resize(
        WEB, new SizeObservation.Seen(List.of(pods)), WantedSize.ofCpu(600), NOON);
  }

  @Test
  void boostsWhoStartsTakesItBackFromTheNewAndLeavesTheOthersToTheirPace() {
    ResizeResult result =
        resize(
            pod("web-0", 500, Age.SETTLED),
            pod("web-1", 500, Age.STARTING),
            pod("web-2", 500, Age.STARTING),
            pod("web-3", 1200, Age.NEW));

    assertThat(result).isEqualTo(new ResizeResult.Boosted(2, 1200, 1, 600));
    assertThat(written).containsExactly("web-1 1200m", "web-2 1200m", "web-3 600m");
  }

  @Test
  void aBoostStaysWithinTheBounds() {
    starting.resize(
        WEB,
        new SizeObservation.Seen(List.of(pod("web-1", 500, Age.STARTING))),
        WantedSize.ofCpu(3000),
        NOON);

    assertThat(written).containsExactly("web-1 4000m");
  }

  @Test
  void whatIsNoMoreThanTheSizeIsNoBoost() {
    ResizeResult atLargest =
        starting.resize(
            WEB,
            new SizeObservation.Seen(List.of(pod("web-1", 500, Age.STARTING))),
            WantedSize.ofCpu(4000),
            NOON);

    assertThat(atLargest).isEqualTo(new ResizeResult.Resized(1, 0));
  }

  @Test
  void aBoostThatIsRefusedIsToldAndThePodGetsItsSize() {
    List<String> sizes = new ArrayList<>();
    StartingPods refused =
        new StartingPods(
            RESPITE,
            (_, change) -> {
              if (change.changes().getFirst().millis() > 1000) {
                throw new KubernetesClientException("exceeded quota: cpu", 403, null);
              }
              sizes.add(change.toString());
            });
    var seen = new SizeObservation.Seen(List.of(pod("web-1", 500, Age.STARTING)));

    ResizeResult told = refused.resize(WEB, seen, WantedSize.ofCpu(600), NOON);
    String detail =
        "pod web-1 is not resized to 1200m while it starts: exceeded quota: cpu; no start is boosted before 2026-03-02T12:10:00Z";
    assertThat(told).isEqualTo(new ResizeResult.BoostRefused(detail, false));
    assertThat(refused.resize(WEB, seen, WantedSize.ofCpu(600), NOON.plusSeconds(5)))
        .isEqualTo(new ResizeResult.Resized(1, 0));
    assertThat(sizes).containsExactly("600m");
    var sized = new SizeObservation.Seen(List.of(pod("web-1", 600, Age.STARTING)));
    assertThat(refused.resize(WEB, sized, WantedSize.ofCpu(600), NOON.plusSeconds(10)))
        .isEqualTo(new ResizeResult.BoostRefused(detail, true));
    assertThat(refused.resize(WEB, sized, WantedSize.ofCpu(600), NOON.plus(RESPITE)).label())
        .isEqualTo("BoostRefused");
    assertThat(sizes).hasSize(1);
  }

  @Test
  void aNodeWithoutRoomForABoostIsNotWaitedFor() {
    var waiting =
        new SizeObservation.Pod(
            "web-1",
            1200,
            OptionalLong.empty(),
            500,
            false,
            Optional.of(new SizeObservation.Pending("Deferred", "node is full", NOON)),
            SizeObservation.Memory.UNKNOWN,
            Age.STARTING);

    assertThat(resize(waiting))
        .isEqualTo(
            new ResizeResult.BoostRefused(
                "pod web-1 is not resized to 1200m while it starts, Deferred: node is full; no start is boosted before 2026-03-02T12:10:00Z",
                false));
    assertThat(written).containsExactly("web-1 600m");
  }

  @Test
  void aSizeIsThatOfPodsWithoutABoost() {
    var some =
        new SizeObservation.Seen(
            List.of(pod("web-0", 600, Age.SETTLED), pod("web-1", 1200, Age.STARTING)));
    var none =
        new SizeObservation.Seen(
            List.of(pod("web-0", 500, Age.STARTING), pod("web-1", 1200, Age.NEW)));

    assertThat(some.largestMillis()).isEqualTo(600);
    assertThat(none.largestMillis()).isEqualTo(500);
    assertThat(none.settled()).isEmpty();
  }
}
