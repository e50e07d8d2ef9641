package io.tidecaster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoStateTest {
  private static final Instant NOON = Instant.parse("2026-03-31T12:00:00Z");

  @Test
  void goesOnFromWhereItStopped(@TempDir Path directory) throws Exception {
    DemoState.in(directory, "bank").keep(NOON, 7);

    assertThat(DemoState.in(directory, "bank").stopped()).contains(new DemoState.Stopped(NOON, 7));
  }

  @Test
  void aFreshDirectoryHasNoStop(@TempDir Path directory) {
    assertThat(DemoState.in(directory, "bank").stopped()).isEmpty();
  }

  @Test
  void anotherLoadIsRefusedByName(@TempDir Path directory) throws Exception {
    DemoState.in(directory, "bank").keep(NOON, 7);

    assertThatThrownBy(() -> DemoState.in(directory, "web").stopped())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds a demo of bank, not of web; give another --data");
  }

  @Test
  void withoutADirectoryNothingIsKept() throws Exception {
    DemoState state = DemoState.none();
    state.keep(NOON, 7);

    assertThat(state.stopped()).isEmpty();
  }
}
