package io.tidecaster.feed;

import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.WorkCalendar;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Scalers of users in Berlin with a feed. */
final class FeedScalers {
  private FeedScalers() {}

  static Scaler with(ScalerId id, WorkCalendar.Feed feed) {
    return new Scaler(
        id,
        new TargetRef("apps/v1", "Deployment", id.name()),
        Mode.ADVISORY,
        new Bounds(1, 10),
        new Source(
            new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty()),
        Optional.empty(),
        new Objective.RequestsPerReplica(100),
        new Objective.RequestsPerReplica(100),
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT,
        Actuation.AUTO,
        new WorkCalendar(
            ZoneId.of("Europe/Berlin"), Optional.empty(), List.of(), Set.of(), List.of(feed)),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
