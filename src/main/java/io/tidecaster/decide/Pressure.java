package io.tidecaster.decide;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Queueing;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a balancer in front saw of the last minute.
 *
 * @param queueing of the minute that the load is of
 * @param waitingBefore the mean number of requests that waited in the minute before it; empty where
 *     that is unknown
 * @param bearableWait a mean wait of this length is no shortage yet
 */
public record Pressure(Queueing queueing, OptionalDouble waitingBefore, Duration bearableWait) {

  /** That of the newest minute, of which the one before was this. */
  public static Optional<Pressure> of(
      Optional<LoadPoint> before, LoadPoint newest, Duration bearableWait) {
    OptionalDouble waitingBefore =
        before
            .filter(point -> point.end().equals(newest.minute()))
            .flatMap(LoadPoint::queueing)
            .map(Queueing::waiting)
            .orElse(OptionalDouble.empty());
    return newest.queueing().map(queueing -> new Pressure(queueing, waitingBefore, bearableWait));
  }
}
