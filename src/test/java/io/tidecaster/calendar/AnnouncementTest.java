package io.tidecaster.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final ScalerId WEB = new ScalerId("crm", "web");

  @Test
  void concernsAllWhereNoneIsNamed() {
    assertThat(announcement().concerns(WEB)).isTrue();
  }

  @Test
  void concernsThoseItNamesAndThoseOfANamespace() {
    assertThat(announcement("crm/web").concerns(WEB)).isTrue();
    assertThat(announcement("crm/*").concerns(WEB)).isTrue();
    assertThat(announcement("crm/reports", "shop/*").concerns(WEB)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "/*", "*", "crm/", "crm/*/web", ""})
  void rejectsWhatNamesNoScaler(String scaler) {
    assertThatThrownBy(() -> announcement(scaler))
        .hasMessage("scaler \"%s\" is neither namespace/name nor namespace/*".formatted(scaler));
  }

  @Test
  void rejectsTooManyScalers() {
    assertThatThrownBy(
            () -> announcement(Collections.nCopies(101, "crm/web").toArray(String[]::new)))
        .hasMessageContaining("101 scalers > 100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "-a", "a/b", "é"})
  void rejectsAnIdThatNoPathTakes(String id) {
    assertThatThrownBy(() -> new Announcement(id, event(OptionalDouble.empty()), List.of()))
        .hasMessageContaining("id \"%s\" must have".formatted(id));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.99, 100.5, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsAFactorThatIsNoSize(double factor) {
    assertThatThrownBy(() -> event(OptionalDouble.of(factor)))
        .hasMessageContaining("factor %s must lie between 1".formatted(factor));
  }

  @Test
  void isTheSameWheneverItWasAnnounced() {
    Announcement early = announcement("crm/web");
    Announcement late =
        new Announcement(
            "sale",
            new Event(NOON, NOON.plusSeconds(60), "campaign", "", OptionalDouble.of(2), NOON),
            List.of("crm/web"));

    assertThat(early.says(late)).isTrue();
    assertThat(early.says(announcement("crm/*"))).isFalse();
  }

  @Test
  void aCalendarOfATimeHoldsWhatWasAnnouncedByThen() {
    Event event = event(OptionalDouble.of(2));
    Calendar calendar = new Calendar(ZoneOffset.UTC, List.of(event));

    assertThat(calendar.knownAt(NOON.minusSeconds(601)).events()).isEmpty();
    assertThat(calendar.knownAt(NOON.minusSeconds(600)).events()).containsExactly(event);
  }

  private static Announcement announcement(String... scalers) {
    return new Announcement("sale", event(OptionalDouble.of(2)), List.of(scalers));
  }

  private static Event event(OptionalDouble factor) {
    return new Event(NOON, NOON.plusSeconds(60), "campaign", "", factor, NOON.minusSeconds(600));
  }
}
