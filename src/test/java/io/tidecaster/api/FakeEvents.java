package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.workload.ScalerId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Events that are kept in memory. */
@Alternative
@ApplicationScoped
public class FakeEvents implements Events {
  private final Map<String, Announcement> known = new ConcurrentHashMap<>();
  private final FakeBoard board;
  private volatile Uni<Void> kafka = Uni.createFrom().voidItem();

  FakeEvents(FakeBoard board) {
    this.board = board;
  }

  @Override
  public Instant now() {
    return Examples.NOON;
  }

  @Override
  public List<Announcement> all() {
    return List.copyOf(known.values());
  }

  @Override
  public Optional<Announcement> find(String id) {
    return Optional.ofNullable(known.get(id));
  }

  @Override
  public Optional<Calendar> calendar(ScalerId scaler) {
    return board
        .scaler(scaler)
        .map(state ->
            new Calendar(
                ZoneOffset.UTC,
                all().stream().filter(a -> a.concerns(scaler)).map(Announcement::event).toList()));
  }

  @Override
  public Uni<Void> announce(Announcement announcement) {
    return kafka.invoke(() -> known.put(announcement.id(), announcement));
  }

  @Override
  public Uni<Void> withdraw(String id) {
    return kafka.invoke(() -> known.remove(id));
  }

  void wipe() {
    known.clear();
    kafka = Uni.createFrom().voidItem();
  }

  void kafkaNeverAnswers() {
    kafka = Uni.createFrom().nothing();
  }
}
