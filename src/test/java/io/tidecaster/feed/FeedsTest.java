package io.tidecaster.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.WorkCalendar.Feed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a feed says, from a server on this machine to the announcements. */
class FeedsTest {
  private static final ScalerId WEB = new ScalerId("crm", "web");
  private static final Instant NOW = Instant.parse("2026-03-20T12:00:00Z");
  private static final FeedClient.Limits LIMITS =
      new FeedClient.Limits(Duration.ofSeconds(5), 65_536, Set.of());

  private final CountDownLatch done = new CountDownLatch(1);
  private HttpServer server;

  FeedsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/weekly.ics", exchange -> answer(exchange, 200, weekly()));
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/weekly.ics");
          answer(exchange, 302, new byte[0]);
        });
    server.createContext(
        "/round",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/round");
          answer(exchange, 302, new byte[0]);
        });
    server.createContext(
        "/away",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://169.254.169.254/latest/meta-data");
          answer(exchange, 302, new byte[0]);
        });
    server.createContext("/broken", exchange -> answer(exchange, 500, new byte[0]));
    server.createContext("/large", exchange -> answer(exchange, 200, new byte[65_537]));
    server.createContext(
        "/slow",
        exchange -> {
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    done.countDown();
    server.stop(0);
  }

  @Test
  void fetchesOnceAndAsksOnlyForChangesThen() throws Exception {
    try (FeedClient client = new FeedClient(LIMITS)) {
      FeedClient.Fetched first = client.fetch(url("/moved"), FeedClient.Validators.NONE);

      assertThat(first).isInstanceOf(FeedClient.Fetched.Body.class);
      FeedClient.Fetched.Body body = (FeedClient.Fetched.Body) first;
      assertThat(body.bytes()).isEqualTo(weekly());
      assertThat(client.fetch(url("/weekly.ics"), body.validators()))
          .isEqualTo(new FeedClient.Fetched.Unchanged());
    }
  }

  @Test
  void saysWhyAFeedCannotBeFetched() {
    assertRefused("/broken", "127.0.0.1 answers 500; check the URL");
    assertRefused("/round", "more than 3 redirects; give the last URL");
    assertRefused("/large", "127.0.0.1 cannot be read (at most 65536 bytes)");
  }

  @Test
  void doesNotAskWhatMustNotBeAsked() {
    assertRefused(
        "/away", "host 169.254.169.254 has the address 169.254.169.254, which is not asked");
    FeedClient.Limits named =
        new FeedClient.Limits(LIMITS.within(), LIMITS.mostBytes(), Set.of("calendar.example.com"));
    try (FeedClient client = new FeedClient(named)) {
      assertThatThrownBy(() -> client.fetch(url("/weekly.ics"), FeedClient.Validators.NONE))
          .hasMessage("host 127.0.0.1 is none of tidecaster.feeds.hosts; add it there");
    }
  }

  @Test
  void givesUpOnAServerThatDoesNotAnswer() {
    FeedClient.Limits hasty = new FeedClient.Limits(Duration.ofMillis(300), 65_536, Set.of());
    try (FeedClient client = new FeedClient(hasty)) {
      assertThatThrownBy(() -> client.fetch(url("/slow"), FeedClient.Validators.NONE))
          .isInstanceOf(UnreadableFeedException.class);
    }
  }

  @Test
  void knowsThePastAllAlongAndTheFutureFromNowOn() throws Exception {
    List<Announcement> first = changes(weekly(), List.of(), NOW).announced();

    // 2, 9 and 18 March are over, as is the 10th; all others are to come
    assertThat(first)
        .filteredOn(announcement -> announcement.event().announcedAt().equals(Instant.EPOCH))
        .allSatisfy(one -> assertThat(one.event().end()).isBeforeOrEqualTo(NOW))
        .hasSize(4);
    assertThat(first)
        .filteredOn(announcement -> announcement.event().announcedAt().equals(NOW))
        .allSatisfy(one -> assertThat(one.event().end()).isAfter(NOW))
        .hasSize(6);
    assertThat(first)
        .allSatisfy(one -> {
          assertThat(one.scalers()).containsExactly("crm/web");
          assertThat(one.event().kind()).isEqualTo("campaign");
          assertThat(one.event().origin()).isEqualTo(Event.Origin.FEED);
        });
  }

  @Test
  void announcesNothingTwiceAndNothingLateAsIfItHadBeenKnown() throws Exception {
    List<Announcement> first = changes(weekly(), List.of(), NOW).announced();
    Instant later = NOW.plus(Duration.ofDays(1));
    byte[] changed =
        new String(weekly(), java.nio.charset.StandardCharsets.UTF_8)
            .replace(
                "RRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260401T000000Z")
            .replace("DTSTART:20260310T090000", "DTSTART:20260311T090000")
            .replace("DTEND:20260310T100000", "DTEND:20260311T100000")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);

    FeedAnnouncements.Changes same = changes(weekly(), first, later);
    FeedAnnouncements.Changes then = changes(changed, first, later);

    assertThat(same.announced()).isEmpty();
    assertThat(same.withdrawn()).isEmpty();
    // a past time that turns up now was not known then; 13 April is off; what is past stays
    assertThat(then.announced())
        .singleElement()
        .satisfies(one -> assertThat(one.event().announcedAt()).isEqualTo(later));
    assertThat(then.withdrawn()).hasSize(1);
  }

  @Test
  void keepsTheLastGoodFeedWhileItIsBrokenAndFollowsItAgain() {
    List<Announcement> board = new ArrayList<>();
    List<Feeds.Outcome> outcomes = new ArrayList<>();
    Feeds.Board into = board(board);
    byte[][] file = {weekly()};
    server.createContext(
        "/changing", exchange -> answer(exchange, file[0].length == 0 ? 500 : 200, file[0]));
    Feeds.Settings settings =
        new Feeds.Settings(
            Duration.ofMillis(50), Duration.ofDays(42), Duration.ofDays(26), 200, LIMITS);
    try (Feeds feeds =
        new Feeds(
            settings,
            () -> List.of(FeedScalers.with(WEB, new Feed(url("/changing"), "campaign"))),
            into,
            outcome -> {
              synchronized (outcomes) {
                outcomes.add(outcome);
              }
            },
            () -> NOW)) {
      feeds.start();
      Eventually.that("the feed is announced", Duration.ofSeconds(20), () -> size(board) == 10);

      file[0] = new byte[0];
      Eventually.that(
          "it cannot be read",
          Duration.ofSeconds(20),
          () -> last(outcomes) == Feeds.Outcome.FAILED);
      assertThat(size(board)).isEqualTo(10);

      file[0] = ICalendarFileTest.file(ICalendarFileTest.event("one", "20260321T090000Z", null));
      // the four that are past stay
      Eventually.that("it is followed again", Duration.ofSeconds(20), () -> size(board) == 5);
    }
  }

  private static int size(List<Announcement> board) {
    synchronized (board) {
      return board.size();
    }
  }

  private static Feeds.Outcome last(List<Feeds.Outcome> outcomes) {
    synchronized (outcomes) {
      return outcomes.getLast();
    }
  }

  private static Feeds.Board board(List<Announcement> board) {
    return new Feeds.Board() {
      @Override
      public List<Announcement> all() {
        synchronized (board) {
          return List.copyOf(board);
        }
      }

      @Override
      public boolean hasRoom(Instant now) {
        return true;
      }

      @Override
      public void announce(Announcement announcement, Instant now) {
        synchronized (board) {
          withdraw(announcement.id());
          board.add(announcement);
        }
      }

      @Override
      public void withdraw(String id) {
        synchronized (board) {
          board.removeIf(one -> one.id().equals(id));
        }
      }
    };
  }

  private FeedAnnouncements.Changes changes(byte[] file, List<Announcement> known, Instant now)
      throws UnreadableFeedException {
    ICalendarFile.Contents contents =
        ICalendarFile.read(
            file,
            ZoneId.of("Europe/Berlin"),
            NOW.minus(Duration.ofDays(42)),
            NOW.plus(Duration.ofDays(26)),
            200);
    return FeedAnnouncements.changes(
        WEB, new Feed(url("/weekly.ics"), "campaign"), contents.occurrences(), known, now);
  }

  private void assertRefused(String path, String message) {
    try (FeedClient client = new FeedClient(LIMITS)) {
      assertThatThrownBy(() -> client.fetch(url(path), FeedClient.Validators.NONE))
          .isInstanceOf(UnreadableFeedException.class)
          .hasMessageContaining(message);
    }
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
  }

  private static byte[] weekly() {
    try {
      return Files.readAllBytes(Path.of("src/test/resources/feed/weekly.ics"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean unchanged = "\"7\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
    if (exchange.getRequestURI().getPath().equals("/weekly.ics")) {
      exchange.getResponseHeaders().add("ETag", "\"7\"");
    }
    try (exchange) {
      exchange.sendResponseHeaders(
          unchanged ? 304 : status, unchanged || body.length == 0 ? -1 : body.length);
      if (!unchanged) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
