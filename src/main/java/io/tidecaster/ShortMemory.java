package io.tidecaster;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Remembers answers for a short time, at most so many; for many threads. */
final class ShortMemory<K, V> {
  private final Duration maxAge;
  private final int most;
  private final InstantSource clock;
  private final LinkedHashMap<K, Answer<V>> answers = new LinkedHashMap<>(16, 0.75f, true);

  private record Answer<V>(V value, Instant until) {}

  ShortMemory(Duration maxAge, int most, InstantSource clock) {
    this.maxAge = maxAge;
    this.most = most;
    this.clock = clock;
  }

  /** The remembered answer, else that of the question, which is asked without a lock. */
  V get(K key, Supplier<V> question) {
    Answer<V> known = known(key);
    if (known != null) {
      return known.value();
    }
    V value = question.get();
    remember(key, value);
    return value;
  }

  private synchronized @Nullable Answer<V> known(K key) {
    Answer<V> answer = answers.get(key);
    return answer == null || !clock.instant().isBefore(answer.until()) ? null : answer;
  }

  private synchronized void remember(K key, V value) {
    answers.put(key, new Answer<>(value, clock.instant().plus(maxAge)));
    if (answers.size() > most) {
      answers.pollFirstEntry();
    }
  }
}
