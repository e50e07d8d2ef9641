package io.tidecaster.api;

import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what one client has seen of a scaler, and tells what it has not. It reads the board
 * afresh each time, so a ring of the bell that is lost loses nothing.
 *
 * <p>Not thread-safe: one stream asks it, one ring after the other.
 */
final class Follower {

  /**
   * One event of a stream.
   *
   * @param id what the client gives back as {@code Last-Event-ID}; null where it must not
   * @param data what is sent as JSON
   */
  record Event(String name, @Nullable String id, Object data) {
    static final String GONE = "gone";

    boolean endsStream() {
      return name.equals(GONE);
    }
  }

  private final ScalerId scaler;
  private final int maxReplay;
  private Optional<Instant> lastDecision;
  private @Nullable ScalerJson lastScaler;
  private @Nullable ForecastOutcome lastForecast;

  /**
   * @param lastSeen the time of the last decision seen; empty to begin with the latest
   * @param maxReplay most decisions told at once
   */
  Follower(ScalerId scaler, Optional<Instant> lastSeen, int maxReplay) {
    this.scaler = scaler;
    this.lastDecision = lastSeen;
    this.maxReplay = maxReplay;
  }

  /** What is new since the last time, in the order in which it is to be told. */
  List<Event> catchUp(Board board, Mode installation) {
    Optional<ScalerState> found = board.scaler(scaler);
    if (found.isEmpty()) {
      return List.of(new Event(Event.GONE, null, Map.of()));
    }
    ScalerState state = found.get();
    List<Event> events = new ArrayList<>();
    for (Decision decision : unseen(board).reversed()) {
      events.add(new Event("decision", decision.at().toString(), DecisionJson.of(decision)));
      lastDecision = Optional.of(decision.at());
    }
    if (!state.forecast().equals(lastForecast)) {
      lastForecast = state.forecast();
      events.add(new Event("forecast", null, ForecastJson.of(lastForecast)));
    }
    ScalerJson now = ScalerJson.of(state, installation);
    if (!now.equals(lastScaler)) {
      lastScaler = now;
      events.add(new Event("scaler", null, now));
    }
    return events;
  }

  private List<Decision> unseen(Board board) {
    Optional<Instant> since = lastDecision.map(at -> at.plusNanos(1));
    int limit = lastDecision.isPresent() ? maxReplay : 1;
    return board.decisions(scaler, new DecisionRange(since, Optional.empty(), limit));
  }
}
