package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final Outbox<String, String> outbox =
      new Outbox<>("test", 2, 1, item -> item, this::write);

  @AfterEach
  void close() {
    release.countDown();
    outbox.close();
  }

  @Test
  void writesInOrderAndTheLatestOfEachKey() throws InterruptedException {
    blockTheWriter();
    outbox.put("web", "web 1");
    outbox.put("api", "api 1");
    outbox.put("web", "web 2");
    release.countDown();

    assertThat(List.of(next(), next(), next())).containsExactly("first", "web 2", "api 1");
  }

  @Test
  void takesNoMoreThanItHasRoomFor() throws InterruptedException {
    blockTheWriter();

    assertThat(outbox.put("web", "1")).isTrue();
    assertThat(outbox.put("api", "1")).isTrue();
    assertThat(outbox.put("db", "1")).isFalse();
    assertThat(outbox.put("api", "2")).as("in the place of what waits").isTrue();
  }

  @Test
  void goesOnAfterAnItemThatCannotBeWritten() throws InterruptedException {
    release.countDown();
    outbox.put("bad", "bad");
    outbox.put("good", "good");

    assertThat(next()).isEqualTo("good");
  }

  @Test
  void writesSeveralSubjectsAtOnceAndEachInOrder() throws InterruptedException {
    var subjects = new LinkedBlockingQueue<String>();
    var go = new CountDownLatch(1);
    try (Outbox<Object, String> several =
        new Outbox<>(
            "several",
            10,
            2,
            item -> item.substring(0, 3),
            item -> {
              subjects.add("begun " + item);
              await(go);
              subjects.add(item);
            })) {
      several.put(1, "web 1");
      several.put(2, "web 2");
      several.put(3, "api 1");

      assertThat(List.of(subjects.take(), subjects.take()))
          .as("web 2 waits for web 1")
          .containsExactlyInAnyOrder("begun web 1", "begun api 1");
      assertThat(subjects).isEmpty();
      go.countDown();
      assertThat(List.of(subjects.take(), subjects.take(), subjects.take(), subjects.take()))
          .containsSubsequence("web 1", "begun web 2", "web 2")
          .contains("api 1");
    }
  }

  @Test
  void takesNothingOnceClosed() {
    outbox.close();

    assertThat(outbox.put("web", "1")).isFalse();
  }

  private void blockTheWriter() throws InterruptedException {
    outbox.put("first", "first");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void write(String item) {
    begun.countDown();
    try {
      if (!release.await(10, TimeUnit.SECONDS) || item.equals("bad")) {
        throw new IllegalStateException(item);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    written.add(item);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String next() throws InterruptedException {
    return String.valueOf(written.poll(10, TimeUnit.SECONDS));
  }
}
