package io.tidecaster;

import io.smallrye.mutiny.Uni;
import io.tidecaster.api.Events;
import io.tidecaster.api.Problem;
import io.tidecaster.api.ProblemException;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.journal.Announcements;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Announces events to all replicas. */
final class AnnouncedEvents implements Events {
  private final Announcements announcements;
  private final KnownFuture future;
  private final ScalerCatalog catalog;
  private final InstantSource clock;

  AnnouncedEvents(
      Announcements announcements, KnownFuture future, ScalerCatalog catalog, InstantSource clock) {
    this.announcements = announcements;
    this.future = future;
    this.catalog = catalog;
    this.clock = clock;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public List<Announcement> all() {
    return announcements.all();
  }

  @Override
  public Optional<Announcement> find(String id) {
    return announcements.find(id);
  }

  @Override
  public Optional<Calendar> calendar(ScalerId scaler) {
    return catalog.find(scaler).map(known -> future.of(known, clock.instant()));
  }

  @Override
  public Uni<Void> announce(Announcement announcement) {
    Instant now = clock.instant();
    if (announcements.find(announcement.id()).isEmpty() && !announcements.hasRoom(now)) {
      return Uni.createFrom()
          .failure(
              new ProblemException(
                  Problem.conflict(
                      "%d events are kept, as many as tidecaster.events.max-events allows; withdraw one, or raise it"
                          .formatted(announcements.most()))));
    }
    return written(() -> announcements.announce(announcement, now));
  }

  @Override
  public Uni<Void> withdraw(String id) {
    return written(() -> announcements.withdraw(id));
  }

  private static Uni<Void> written(Supplier<CompletableFuture<Void>> write) {
    return Uni.createFrom()
        .completionStage(write)
        .onFailure()
        .transform(failure ->
            new ProblemException(
                Problem.unavailable(
                    "Kafka did not take the event: %s; try again".formatted(failure.getMessage())),
                failure));
  }
}
