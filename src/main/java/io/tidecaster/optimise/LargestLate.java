package io.tidecaster.optimise;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The largest load within a window of time. Not thread-safe. */
final class LargestLate {
  private final Duration window;
  private final Deque<Late> falling = new ArrayDeque<>();

  /** A load after which none was larger. */
  private record Late(Instant at, double load) {}

  LargestLate(Duration window) {
    this.window = window;
  }

  /** The largest within the window that ends with this load. */
  double with(Instant at, double load) {
    while (!falling.isEmpty() && falling.getLast().load() <= load) {
      falling.removeLast();
    }
    falling.addLast(new Late(at, load));
    while (!falling.getFirst().at().isAfter(at.minus(window))) {
      falling.removeFirst();
    }
    return falling.getFirst().load();
  }
}
