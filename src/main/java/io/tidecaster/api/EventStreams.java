package io.tidecaster.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.tidecaster.workload.ScalerId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Opens event streams, at most so many at once. */
@ApplicationScoped
class EventStreams {
  private static final Logger LOG = Logger.getLogger(EventStreams.class);

  /** Tells proxies that the stream lives. */
  private static final Follower.Event HEARTBEAT = new Follower.Event("heartbeat", null, Map.of());

  /** Is never sent: the stream ends before it. */
  private static final Follower.Event END = new Follower.Event("end", null, Map.of());

  private final Board board;
  private final Modes modes;
  private final ApiConfig.Stream config;
  private final Semaphore free;

  EventStreams(Board board, Modes modes, ApiConfig config, MeterRegistry meters) {
    this.board = board;
    this.modes = modes;
    this.config = config.stream();
    this.free = new Semaphore(this.config.maxOpen());
    Gauge.builder("tidecaster.api.streams.open", this, streams -> streams.open())
        .description("Event streams that clients follow")
        .register(meters);
  }

  int open() {
    return config.maxOpen() - free.availablePermits();
  }

  /**
   * The events of a scaler from now on.
   *
   * @param lastSeen the time of the last decision that the client has seen
   */
  Multi<OutboundSseEvent> open(ScalerId scaler, Optional<Instant> lastSeen, Sse sse) {
    if (!free.tryAcquire()) {
      throw new ProblemException(
          Problem.unavailable(
              "%d streams are open, as many as tidecaster.api.stream.max-open allows; close one, or"
                      .formatted(config.maxOpen())
                  + " raise it"));
    }
    Follower follower = new Follower(scaler, lastSeen, config.maxReplay());
    // A beat says "look again" alone, so the latest stands for all those that were not heard.
    Multi<Boolean> bell =
        board.changes().filter(scaler::equals).map(_ -> false).onOverflow().dropPreviousItems();
    Multi<Boolean> heartbeat =
        Multi.createFrom()
            .ticks()
            .every(config.heartbeat())
            .map(_ -> true)
            .onOverflow()
            .dropPreviousItems();
    return Multi.createBy()
        .merging()
        .streams(heartbeat, bell)
        .onItem()
        .transformToIterable(beat -> news(follower, beat))
        .select()
        .first(event -> !event.equals(END))
        .map(event -> outbound(event, sse))
        .onFailure()
        .invoke(failure ->
            LOG.errorf(failure, "the stream of %s broke; its client will be back", scaler))
        .onFailure()
        .recoverWithCompletion()
        .onTermination()
        .invoke(free::release);
  }

  private List<Follower.Event> news(Follower follower, boolean heartbeat) {
    List<Follower.Event> events = follower.catchUp(board, modes.installation());
    if (events.isEmpty()) {
      return heartbeat ? List.of(HEARTBEAT) : List.of();
    }
    return events.getLast().endsStream() ? List.of(events.getLast(), END) : events;
  }

  private OutboundSseEvent outbound(Follower.Event event, Sse sse) {
    OutboundSseEvent.Builder builder = sse.newEventBuilder();
    if (event.equals(HEARTBEAT)) {
      return builder.comment("alive").build();
    }
    if (event.id() != null) {
      builder.id(event.id());
    }
    return builder
        .name(event.name())
        .reconnectDelay(config.reconnectDelay().toMillis())
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(event.data())
        .build();
  }
}
