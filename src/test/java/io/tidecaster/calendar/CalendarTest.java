package io.tidecaster.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalendarTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  @Test
  void ordersEventsByTheirStart() {
    Calendar calendar = calendar(event("sale", 120), event("match", 0), event("sale", 60));

    assertThat(calendar.events()).isSortedAccordingTo((a, b) -> a.start().compareTo(b.start()));
    assertThat(calendar.kinds()).containsExactly("match", "sale");
    assertThat(calendar.ofKind("sale")).hasSize(2);
  }

  @Test
  void findsTheEventsThatOverlapATime() {
    Calendar calendar = calendar(event("sale", 0), event("sale", 90));

    // the first ends at 12:30, where the time asked for starts
    assertThat(calendar.between(NOON.plusSeconds(1800), NOON.plusSeconds(7200)))
        .containsExactly(event("sale", 90));
  }

  @Test
  void coversItsStartAndNotItsEnd() {
    Event event = event("sale", 0);

    assertThat(event.covers(event.start())).isTrue();
    assertThat(event.covers(event.end())).isFalse();
  }

  @Test
  void rejectsAnEventThatEndsBeforeItStarts() {
    assertThatThrownBy(() -> new Event(NOON, NOON, "sale", "spring"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not after its start");
  }

  @Test
  void rejectsAnEventWithoutKind() {
    assertThatThrownBy(() -> new Event(NOON, NOON.plusSeconds(1), " ", "spring"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 63 characters");
  }

  private static Calendar calendar(Event... events) {
    return new Calendar(ZoneOffset.UTC, List.of(events));
  }

  private static Event event(String kind, int minutesAfterNoon) {
    Instant start = NOON.plus(Duration.ofMinutes(minutesAfterNoon));
    return new Event(start, start.plus(Duration.ofMinutes(30)), kind, "");
  }
}
