package io.tidecaster.api;

import static io.tidecaster.api.Examples.NOON;
import static io.tidecaster.api.Examples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
  private final FakeBoard board = new FakeBoard();

  @BeforeEach
  void showScaler() {
    board.show(Examples.decided(WEB, NOON));
  }

  private static List<String> told(List<Follower.Event> events) {
    return events.stream()
        .map(event -> event.id() == null ? event.name() : event.name() + " " + event.id())
        .toList();
  }

  private List<String> ask(Follower follower) {
    return told(follower.catchUp(board, Mode.ADVISORY));
  }

  @Test
  void beginsWithTheLastDecisionAlone() {
    board.decided(Examples.hold(WEB, NOON.plusSeconds(60)));

    assertThat(ask(new Follower(WEB, Optional.empty(), 100)))
        .containsExactly("decision 2026-05-04T12:01:00Z", "forecast", "scaler");
  }

  @Test
  void tellsNothingTwice() {
    Follower follower = new Follower(WEB, Optional.empty(), 100);
    ask(follower);

    assertThat(ask(follower)).isEmpty();
  }

  @Test
  void tellsAllThatWasMissedWhenBellsWereLost() {
    Follower follower = new Follower(WEB, Optional.empty(), 100);
    ask(follower);
    for (int minute = 1; minute <= 3; minute++) {
      board.decided(Examples.hold(WEB, NOON.plus(Duration.ofMinutes(minute))));
    }

    assertThat(ask(follower))
        .containsExactly(
            "decision 2026-05-04T12:01:00Z",
            "decision 2026-05-04T12:02:00Z",
            "decision 2026-05-04T12:03:00Z",
            "scaler");
  }

  @Test
  void resumesAfterTheLastOneSeen() {
    board.decided(Examples.hold(WEB, NOON.plusSeconds(60)));
    board.decided(Examples.hold(WEB, NOON.plusSeconds(120)));

    assertThat(ask(new Follower(WEB, Optional.of(NOON.plusSeconds(60)), 100)))
        .containsExactly("decision 2026-05-04T12:02:00Z", "forecast", "scaler");
  }

  @Test
  void replaysNoMoreThanItsBound() {
    for (int minute = 1; minute <= 9; minute++) {
      board.decided(Examples.hold(WEB, NOON.plus(Duration.ofMinutes(minute))));
    }

    assertThat(ask(new Follower(WEB, Optional.of(NOON), 2)))
        .startsWith("decision 2026-05-04T12:08:00Z", "decision 2026-05-04T12:09:00Z");
  }

  @Test
  void tellsOfANewCeiling() {
    Follower follower = new Follower(WEB, Optional.empty(), 100);
    ask(follower);

    assertThat(told(follower.catchUp(board, Mode.PAUSED))).containsExactly("scaler");
  }

  @Test
  void tellsThatTheScalerIsGone() {
    Follower follower = new Follower(WEB, Optional.empty(), 100);
    board.remove(WEB);

    assertThat(follower.catchUp(board, Mode.ADVISORY))
        .singleElement()
        .matches(Follower.Event::endsStream);
  }
}
