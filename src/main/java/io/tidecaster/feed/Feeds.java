package io.tidecaster.feed;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.WorkCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Reads the feeds of the scalers that this replica owns, one after the other, again and again, and
 * announces what is in them. A feed that cannot be read leaves what was announced as it was.
 */
public final class Feeds implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Feeds.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final Settings settings;
  private final Supplier<Collection<Scaler>> owned;
  private final Board board;
  private final Listener listener;
  private final InstantSource clock;
  private final FeedClient client;
  private final Map<Key, State> states = new HashMap<>();
  private final Thread thread = Thread.ofVirtual().name("feeds").unstarted(this::run);

  /**
   * How feeds are read.
   *
   * @param refresh from one reading of a feed to the next
   * @param back occurrences that are over for no longer than this are kept, to be learned from
   * @param ahead occurrences that start later than this are not announced yet
   * @param mostOccurrences of one feed
   */
  public record Settings(
      Duration refresh,
      Duration back,
      Duration ahead,
      int mostOccurrences,
      FeedClient.Limits limits) {
    public Settings {
      if (!refresh.isPositive() || mostOccurrences < 1) {
        throw new IllegalArgumentException(
            "a feed is read again after some time and may say something: refresh %s, most occurrences %d"
                .formatted(refresh, mostOccurrences));
      }
    }
  }

  /** Where events are announced; returns when it is done. */
  public interface Board {
    Collection<Announcement> all();

    /** Whether one more event can be kept. */
    boolean hasRoom(Instant now);

    void announce(Announcement announcement, Instant now);

    void withdraw(String id);
  }

  /** Hears what came of each reading. */
  @FunctionalInterface
  public interface Listener {
    void read(Outcome outcome);
  }

  /** What came of a reading. */
  public enum Outcome {
    READ("Read"),
    FAILED("Failed");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    /** Its name as a metric's label. */
    public String label() {
      return label;
    }
  }

  private record Key(ScalerId scaler, WorkCalendar.Feed feed) {}

  private static final class State {
    private long nextNanos = System.nanoTime();
    private FeedClient.Validators validators = FeedClient.Validators.NONE;
    private Instant readAt = Instant.MIN;
    private String leftOut = "";
    private String problem = "";
  }

  /**
   * Feeds that are read once they are {@link #start started}.
   *
   * @param owned the scalers of this replica; another reads the feeds of the others
   */
  public Feeds(
      Settings settings,
      Supplier<Collection<Scaler>> owned,
      Board board,
      Listener listener,
      InstantSource clock) {
    this.settings = settings;
    this.owned = owned;
    this.board = board;
    this.listener = listener;
    this.clock = clock;
    this.client = new FeedClient(settings.limits());
  }

  /** Starts to read. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        Thread.sleep(
            LOOK_EVERY.compareTo(settings.refresh()) < 0 ? LOOK_EVERY : settings.refresh());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    List<Key> wanted = new ArrayList<>();
    List<Announcement> told =
        board.all().stream()
            .filter(announcement -> announcement.id().startsWith(FeedAnnouncements.PREFIX))
            .toList();
    for (Scaler scaler : owned.get()) {
      for (WorkCalendar.Feed feed : scaler.calendar().feeds()) {
        Key key = new Key(scaler.id(), feed);
        wanted.add(key);
        State state = states.computeIfAbsent(key, unseen -> new State());
        if (state.nextNanos - System.nanoTime() <= 0) {
          refresh(scaler, feed, state);
          state.nextNanos = System.nanoTime() + settings.refresh().toNanos();
        }
      }
      forgetOthers(scaler, told);
    }
    states.keySet().retainAll(wanted);
  }

  /** One fault in one feed must not stop the others. */
  private void refresh(Scaler scaler, WorkCalendar.Feed feed, State state)
      throws InterruptedException {
    Outcome outcome;
    String problem;
    try {
      problem = read(scaler, feed, state);
      outcome = problem.isEmpty() ? Outcome.READ : Outcome.FAILED;
    } catch (UnreadableFeedException | RuntimeException e) {
      problem = "it stays as it was: " + e.getMessage();
      outcome = Outcome.FAILED;
    }
    listener.read(outcome);
    if (!problem.equals(state.problem)) {
      if (problem.isEmpty()) {
        LOG.infof("%s: feed %s is read again", scaler.id(), feed);
      } else {
        LOG.warnf("%s: feed %s: %s", scaler.id(), feed, problem);
      }
      state.problem = problem;
    }
  }

  /** Reads and announces; returns what was left out, nothing where all was taken. */
  private String read(Scaler scaler, WorkCalendar.Feed feed, State state)
      throws UnreadableFeedException, InterruptedException {
    Instant now = clock.instant();
    // What starts within the time ahead changes from day to day, though the file does not.
    boolean stale = state.readAt.isBefore(now.minus(settings.ahead().dividedBy(4)));
    return switch (client.fetch(
        feed.url(), stale ? FeedClient.Validators.NONE : state.validators)) {
      case FeedClient.Fetched.Unchanged() -> state.leftOut;
      case FeedClient.Fetched.Body body -> {
        ICalendarFile.Contents contents =
            ICalendarFile.read(
                body.bytes(),
                scaler.calendar().zone(),
                now.minus(settings.back()),
                now.plus(settings.ahead()),
                settings.mostOccurrences());
        List<String> leftOut = new ArrayList<>(contents.leftOut());
        announce(
            FeedAnnouncements.changes(scaler.id(), feed, contents.occurrences(), board.all(), now),
            leftOut,
            now);
        state.validators = body.validators();
        state.readAt = now;
        state.leftOut =
            leftOut.isEmpty()
                ? ""
                : "%d left out, the first: %s".formatted(leftOut.size(), leftOut.getFirst());
        yield state.leftOut;
      }
    };
  }

  private void announce(FeedAnnouncements.Changes changes, List<String> leftOut, Instant now) {
    changes.withdrawn().forEach(board::withdraw);
    for (Announcement announcement : changes.announced()) {
      if (board.hasRoom(now)) {
        board.announce(announcement, now);
      } else {
        leftOut.add(
            "as many events as tidecaster.events.max-events allows are kept; raise it, or withdraw some");
        return;
      }
    }
  }

  /** Withdraws what is to come of feeds that the scaler has no more. */
  private void forgetOthers(Scaler scaler, List<Announcement> told) {
    if (told.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    List<String> prefixes =
        scaler.calendar().feeds().stream()
            .map(feed -> FeedAnnouncements.prefix(scaler.id(), feed))
            .toList();
    for (Announcement announcement : told) {
      String id = announcement.id();
      if (id.startsWith(FeedAnnouncements.prefix(scaler.id()))
          && prefixes.stream().noneMatch(id::startsWith)
          && announcement.event().end().isAfter(now)) {
        try {
          board.withdraw(id);
        } catch (RuntimeException e) {
          LOG.debugf("event %s stays until the next look: %s", id, e.getMessage());
        }
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    client.close();
  }
}
