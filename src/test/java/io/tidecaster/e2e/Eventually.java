package io.tidecaster.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits for something another process does, by asking until a deadline: as fast as the machine is,
 * and with a failure that says what was seen last. A test has no other reason to sleep.
 */
public final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private Eventually() {}

  /** Waits until {@code claim} holds; an exception or a failed assertion counts as "not yet". */
  public static void that(String what, Duration within, Callable<Boolean> claim) {
    get(what, within, claim, Boolean::booleanValue);
  }

  /** Waits until {@code question} answers without an exception, and gives that answer. */
  public static <T> T answers(String what, Duration within, Callable<T> question) {
    return get(what, within, question, answer -> true);
  }

  /** Waits until the answer to {@code question} is {@code enough}, and gives that answer. */
  public static <T> T get(
      String what, Duration within, Callable<T> question, Predicate<? super T> enough) {
    long deadline = System.nanoTime() + within.toNanos();
    while (true) {
      Object seen;
      @Nullable Throwable cause = null;
      try {
        T answer = question.call();
        if (enough.test(answer)) {
          return answer;
        }
        seen = answer;
      } catch (Hopeless e) {
        throw new AssertionError(what + ": " + e.getMessage(), e);
      } catch (Exception | AssertionError e) {
        seen = e;
        cause = e;
      }
      if (System.nanoTime() >= deadline) {
        throw new AssertionError(what + ": not within " + within + "; last seen: " + seen, cause);
      }
      pause();
    }
  }

  /** Claims that {@code claim} holds now and keeps holding: for what must <em>not</em> happen. */
  public static void always(String what, Duration during, Callable<Boolean> claim) {
    long start = System.nanoTime();
    do {
      try {
        if (!claim.call()) {
          throw new AssertionError(
              what + ": ended after " + Duration.ofNanos(System.nanoTime() - start));
        }
      } catch (Exception e) {
        throw new AssertionError(what + ": could not be asked", e);
      }
      pause();
    } while (System.nanoTime() - start < during.toNanos());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
  }

  /** Ends the waiting at once: what is waited for can no longer come, its process is dead. */
  public static final class Hopeless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Hopeless(String message) {
      super(message);
    }
  }
}
