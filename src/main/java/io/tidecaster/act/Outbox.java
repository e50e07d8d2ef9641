package io.tidecaster.act;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * What waits to be written by a few threads of its own, at most so many items at a time. Who puts
 * something in never waits; a newer item under the same key takes the place of the one that still
 * waits. What is about the same subject is written one after another, in the order it came.
 *
 * @param <K> of several items under one key the last is written
 */
final class Outbox<K, T> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Outbox.class);

  private final int most;
  private final Function<T, ?> subject;
  private final Consumer<T> writer;
  private final LinkedHashMap<K, T> waiting = new LinkedHashMap<>();
  private final Set<Object> beingWritten = new HashSet<>();
  private boolean closed;

  /**
   * Starts to wait for items.
   *
   * @param most items that wait
   * @param writers items that are written at once, each of another subject
   */
  Outbox(String name, int most, int writers, Function<T, ?> subject, Consumer<T> writer) {
    this.most = most;
    this.subject = subject;
    this.writer = writer;
    for (int i = 0; i < writers; i++) {
      Thread.ofVirtual().name(name + "-" + i).start(this::drain);
    }
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
        try {
          write(next.get());
        } finally {
          written(next.get());
        }
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

  private synchronized void written(T item) {
    beingWritten.remove(subject.apply(item));
    notifyAll();
  }

  private synchronized Optional<T> take() throws InterruptedException {
    while (true) {
      Optional<T> next = pollFirstFree();
      if (next.isPresent() || closed) {
        return next;
      }
      wait();
    }
  }

  private Optional<T> pollFirstFree() {
    Iterator<Map.Entry<K, T>> items = waiting.entrySet().iterator();
    while (items.hasNext()) {
      T item = items.next().getValue();
      if (beingWritten.add(subject.apply(item))) {
        items.remove();
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }

  /** Takes nothing more in, and gives up what still waits; what is being written ends by itself. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }
}
