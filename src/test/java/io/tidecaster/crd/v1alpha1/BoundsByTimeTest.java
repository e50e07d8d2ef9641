package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Scaler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundsByTimeTest {
  private static final String OFFICE =
      "[{cron: '0 8 * * MON-FRI', duration: 10h, timeZone: Europe/Berlin, minReplicas: 4}]";

  @ParameterizedTest
  @CsvSource({
    "2026-03-27T06:59:59Z, 2", // Friday, winter time: 08:00 is 07:00Z
    "2026-03-27T07:00:00Z, 4",
    "2026-03-27T16:59:59Z, 4",
    "2026-03-27T17:00:00Z, 2",
    "2026-03-28T09:00:00Z, 2", // Saturday
    "2026-03-30T05:59:59Z, 2", // Monday, summer time: 08:00 is 06:00Z
    "2026-03-30T06:00:00Z, 4",
    "2026-03-30T15:59:59Z, 4",
    "2026-03-30T16:00:00Z, 2",
  })
  void aWindowFollowsTheWallClockOfItsZone(Instant time, int min) throws IOException {
    assertThat(BoundsByTime.at(scaler(OFFICE), time, Duration.ZERO)).isEqualTo(new Bounds(min, 10));
  }

  @Test
  void twoOfTheSameScheduleAreOne() throws IOException {
    String other = OFFICE.replace("minReplicas: 4", "minReplicas: 5");

    assertThat(BoundsByTime.of(scaler(OFFICE)))
        .isEqualTo(BoundsByTime.of(scaler(OFFICE)))
        .hasSameHashCodeAs(BoundsByTime.of(scaler(OFFICE)))
        .isNotEqualTo(BoundsByTime.of(scaler(other)));
  }

  @Test
  void aFloorHoldsALeadTimeBeforeItsWindow() throws IOException {
    Instant eight = Instant.parse("2026-03-30T06:00:00Z");

    assertThat(BoundsByTime.at(scaler(OFFICE), eight.minusSeconds(181), Duration.ofMinutes(3)))
        .isEqualTo(new Bounds(2, 10));
    assertThat(BoundsByTime.at(scaler(OFFICE), eight.minusSeconds(180), Duration.ofMinutes(3)))
        .isEqualTo(new Bounds(4, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-25T00:30:00Z, 6", // 02:30 in summer time
    "2026-10-25T01:30:00Z, 6", // 02:30 once more, in winter time
    "2026-10-25T03:00:00Z, 2",
  })
  void aWindowOverTheChangeOfSummerTimeLastsAsLongAsItSays(Instant time, int min)
      throws IOException {
    // from 02:00 CEST = 00:00Z for 2 h of physics, until 03:00 CET = 02:00Z at least
    Scaler scaler =
        scaler("[{cron: '0 2 * * *', duration: 2h, timeZone: Europe/Berlin, minReplicas: 6}]");
    assertThat(BoundsByTime.at(scaler, time, Duration.ZERO)).isEqualTo(new Bounds(min, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-29T00:59:59Z, 2", // 01:59:59 in winter time; there is no 02:30 on this day
    "2026-03-29T01:30:00Z, 6", // 03:30 in summer time: an hour that begins with the time skipped
    "2026-03-29T03:00:00Z, 2",
    "2026-03-30T00:30:00Z, 6", // 02:30 in summer time
    "2026-03-30T01:30:00Z, 2",
  })
  void aWindowWhoseBeginningTheChangeOfSummerTimeSkipsIsNotLost(Instant time, int min)
      throws IOException {
    Scaler scaler =
        scaler("[{cron: '30 2 * * *', duration: 1h, timeZone: Europe/Berlin, minReplicas: 6}]");
    assertThat(BoundsByTime.at(scaler, time, Duration.ZERO)).isEqualTo(new Bounds(min, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-25T00:29:59Z, 2",
    "2026-10-25T00:30:00Z, 6", // 02:30 in summer time
    "2026-10-25T01:10:00Z, 6", // 02:10 in winter time, before its 02:30
    "2026-10-25T01:30:00Z, 6", // 02:30 once more
    "2026-10-25T02:30:00Z, 2",
  })
  void aWindowWhoseBeginningTheChangeOfSummerTimeRepeatsBeginsTwice(Instant time, int min)
      throws IOException {
    Scaler scaler =
        scaler("[{cron: '30 2 * * *', duration: 1h, timeZone: Europe/Berlin, minReplicas: 6}]");
    assertThat(BoundsByTime.at(scaler, time, Duration.ZERO)).isEqualTo(new Bounds(min, 10));
  }

  @Test
  void windowsThatFollowEachOtherHaveNoGapAtEitherChangeOfSummerTime() throws IOException {
    Scaler scaler =
        scaler("[{cron: '0 * * * *', duration: 1h, timeZone: Europe/Berlin, minReplicas: 6}]");
    for (String day : List.of("2026-03-29", "2026-10-25")) {
      Instant midnight = Instant.parse(day + "T00:00:00Z");
      for (int minutes = 0; minutes < 240; minutes += 10) {
        Instant time = midnight.plusSeconds(60L * minutes);
        assertThat(BoundsByTime.at(scaler, time, Duration.ZERO))
            .as("%s", time)
            .isEqualTo(new Bounds(6, 10));
      }
    }
  }

  @Test
  void aWindowHoldsOverMidnightAndOverTheChangeOfSummerTime() throws IOException {
    Scaler scaler =
        scaler("[{cron: '0 22 * * SAT', duration: 8h, timeZone: Europe/Berlin, minReplicas: 6}]");

    // from Saturday 22:00 CET = 21:00Z for 8 h of physics: until 05:00Z = 07:00 CEST
    assertThat(BoundsByTime.at(scaler, Instant.parse("2026-03-29T04:59:59Z"), Duration.ZERO))
        .isEqualTo(new Bounds(6, 10));
    assertThat(BoundsByTime.at(scaler, Instant.parse("2026-03-29T05:00:00Z"), Duration.ZERO))
        .isEqualTo(new Bounds(2, 10));
    // from Saturday 22:00 CEST = 20:00Z: until 04:00Z = 05:00 CET
    assertThat(BoundsByTime.at(scaler, Instant.parse("2026-10-25T03:59:59Z"), Duration.ZERO))
        .isEqualTo(new Bounds(6, 10));
    assertThat(BoundsByTime.at(scaler, Instant.parse("2026-10-25T04:00:00Z"), Duration.ZERO))
        .isEqualTo(new Bounds(2, 10));
  }

  @Test
  void theLastOfTwoOverlappingWindowsHolds() throws IOException {
    Scaler scaler =
        scaler(
            "[{cron: '0 0 * * *', duration: 24h, minReplicas: 3, maxReplicas: 20},"
                + " {cron: '0 12 * * *', duration: 1h, maxReplicas: 5}]");

    assertThat(BoundsByTime.at(scaler, Instant.parse("2026-03-30T11:00:00Z"), Duration.ZERO))
        .isEqualTo(new Bounds(3, 20));
    assertThat(BoundsByTime.at(scaler, Instant.parse("2026-03-30T12:00:00Z"), Duration.ZERO))
        .isEqualTo(new Bounds(3, 5));
  }

  @Test
  void refusesWhatIsNoCron() {
    assertThatThrownBy(() -> BoundsByTime.requireCron("at eight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "\"at eight\" is no time; write minute, hour, day of month, month, day of week: 0 8 * * MON-FRI");
  }

  private static Scaler scaler(String schedule) throws IOException {
    String yaml =
        """
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {name: web, namespace: crm}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 10
          schedule: %s
          load: {series: {metric: requests_total, type: Counter}}
          objective: {requestsPerReplica: 120}
        """
            .formatted(schedule);
    var contents =
        ScalerFile.read("in.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    assertThat(contents.problemText()).isEmpty();
    return contents.scalers().getFirst();
  }
}
