package io.tidecaster.ingest;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory that all requests under way may take together. */
final class InFlightBytes {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  InFlightBytes(long limit) {
    this.limit = limit;
  }

  long used() {
    return used.get();
  }

  /** A share of this many bytes, to be released; empty where there is no room. */
  Optional<Share> reserve(long bytes) {
    return take(bytes) ? Optional.of(new Share(bytes)) : Optional.empty();
  }

  private boolean take(long bytes) {
    long before = used.getAndUpdate(now -> now + bytes <= limit ? now + bytes : now);
    return before + bytes <= limit;
  }

  /** What one request holds; for one thread at a time. */
  final class Share {
    private final AtomicLong held;

    private Share(long bytes) {
      this.held = new AtomicLong(bytes);
    }

    /** Whether there was room for so much more. */
    boolean grow(long bytes) {
      if (!take(bytes)) {
        return false;
      }
      held.addAndGet(bytes);
      return true;
    }

    /** Holds exactly this many bytes from now on, for they are in use already. */
    void resize(long bytes) {
      used.addAndGet(bytes - held.getAndSet(bytes));
    }

    void release() {
      resize(0);
    }
  }
}
