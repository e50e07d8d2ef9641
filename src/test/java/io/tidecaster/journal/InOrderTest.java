package io.tidecaster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InOrderTest {
  private final InOrder inOrder = new InOrder();
  private final List<String> applied = new ArrayList<>();

  private void apply(String key, long offset) {
    inOrder.apply(key, offset, () -> applied.add(key + offset));
  }

  @Test
  void whatTheTailBringsOfAKeyThatWasWrittenSinceIsOver() {
    apply("a", 4);
    apply("a", 6);
    apply("a", 4);
    apply("b", 5);
    apply("a", 6);
    apply("a", 7);

    assertThat(applied).containsExactly("a4", "a6", "b5", "a7");
  }

  @Test
  void whatCouldNotBeReadMayBeReadAgain() {
    try {
      inOrder.apply(
          "a",
          4,
          () -> {
            throw new IllegalStateException("unreadable");
          });
    } catch (IllegalStateException e) {
      apply("a", 4);
    }

    assertThat(applied).containsExactly("a4");
  }
}
