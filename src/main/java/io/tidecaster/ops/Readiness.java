package io.tidecaster.ops;

import java.util.List;

/**
 * What must hold before this replica may answer: the broker reachable, its topics there, the state
 * rebuilt. The root package fills this port; it must answer from memory, at once.
 */
public interface Readiness {

  /** All conditions, met or not, always under the same names; at least one. */
  List<Condition> conditions();

  /**
   * One condition.
   *
   * @param name what must hold, in one word: {@code StateRebuilt}
   * @param detail value, bound and remedy for a person: {@code "partition 3: 1200 of 50400 points"}
   */
  record Condition(String name, boolean met, String detail) {
    public Condition {
      if (name.isBlank()) {
        throw new IllegalArgumentException("a condition needs a name, such as StateRebuilt");
      }
    }
  }
}
