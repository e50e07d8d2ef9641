package io.tidecaster.act;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What waits to be written by one thread of its own, at most so many at a time. Who puts something
 * in never waits; a newer item under the same key takes the place of the one that still waits.
 */
final class Outbox<K, T> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Outbox.class);

  private final int most;
  private final Consumer<T> writer;
  private final LinkedHashMap<K, T> waiting = new LinkedHashMap<>();
  private boolean closed;

  Outbox(String name, int most, Consumer<T> writer) {
    this.most = most;
    this.writer = writer;
    Thread.ofVirtual().name(name).start(this::drain);
  }

  /** Whether there was room. */
  synchronized boolean put(K key, T item) {
    if (closed || (waiting.size() >= most && !waiting.containsKey(key))) {
      return false;
    }
    waiting.put(key, item);
    notifyAll();
    return true;
  }

  private void drain() {
    try {
      for (Optional<T> next = take(); next.isPresent(); next = take()) {
        write(next.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(T item) {
    try {
      writer.accept(item);
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s was not written", item);
    }
  }

  private synchronized Optional<T> take() throws InterruptedException {
    while (waiting.isEmpty()) {
      if (closed) {
        return Optional.empty();
      }
      wait();
    }
    Map.Entry<K, T> first = waiting.pollFirstEntry();
    return Optional.of(first.getValue());
  }

  /** Takes nothing more in, and gives up what still waits; what is being written ends by itself. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }
}
