package io.tidecaster;

import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The scalers of one partition, which this replica owns for now. */
final class Partition {
  private final int number;
  private final Instant ownedSince;
  private final Map<ScalerId, ScalerLine> lines = new ConcurrentHashMap<>();
  private volatile long position = -1;
  private volatile boolean released;

  /**
   * @param ownedSince by the service's clock; silence counts from here
   */
  Partition(int number, Instant ownedSince) {
    this.number = number;
    this.ownedSince = ownedSince;
  }

  int number() {
    return number;
  }

  Instant ownedSince() {
    return ownedSince;
  }

  Collection<ScalerLine> lines() {
    return lines.values();
  }

  Optional<ScalerLine> line(ScalerId id) {
    return Optional.ofNullable(lines.get(id));
  }

  ScalerLine line(ScalerId id, Supplier<ScalerLine> create) {
    return lines.computeIfAbsent(id, key -> create.get());
  }

  /** Whether the line is still this partition's, and the partition still owned. */
  boolean has(ScalerLine line) {
    return !released && lines.get(line.scaler().id()) == line;
  }

  /** Another replica owns it from now on. */
  void release() {
    released = true;
  }

  void drop(ScalerId id) {
    lines.remove(id);
  }

  /** All records before this offset have been taken in. */
  void advanceTo(long offset) {
    position = offset;
  }

  /**
   * Where to begin again after a crash: at the oldest record that an open minute needs, else where
   * reading stands; -1 where nothing was read yet.
   */
  long resumeOffset() {
    long offset = position;
    for (ScalerLine line : lines.values()) {
      line.lock().lock();
      try {
        offset = Math.min(offset, line.oldestOpenOffset().orElse(offset));
      } finally {
        line.lock().unlock();
      }
    }
    return offset;
  }
}
