package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The events that were announced and the way to announce more. A change is written to Kafka before
 * its {@code Uni} completes; it fails with a {@link ProblemException} that the caller is to see. No
 * method blocks.
 */
public interface Events {

  /** The service's time: an event is known from the moment it is announced. */
  Instant now();

  /** All that are kept, in no order. */
  List<Announcement> all();

  Optional<Announcement> find(String id);

  /** All that is known of one scaler's future; empty where there is no such scaler. */
  Optional<Calendar> calendar(ScalerId scaler);

  /** Announces an event, or changes the one of this id. */
  Uni<Void> announce(Announcement announcement);

  /** Takes an event back that is there. */
  Uni<Void> withdraw(String id);
}
