package io.tidecaster;

import io.smallrye.mutiny.Multi;
import io.tidecaster.api.Board;
import io.tidecaster.api.DecisionRange;
import io.tidecaster.api.ScalerState;
import io.tidecaster.crd.v1alpha1.BoundsByTime;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.LeadTimeEstimate;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.journal.Journal;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Answers for all scalers from the catalog and the journal, whichever replica owns them. */
final class JournalBoard implements Board {
  private static final NotReady NONE_YET =
      new NotReady(
          NotReady.Reason.TOO_LITTLE_HISTORY, "no minute has closed yet; wait for the first");

  private final ScalerCatalog catalog;
  private final Journal journal;
  private final ModeSwitch modes;
  private final InstantSource clock;

  JournalBoard(ScalerCatalog catalog, Journal journal, ModeSwitch modes, InstantSource clock) {
    this.catalog = catalog;
    this.journal = journal;
    this.modes = modes;
    this.clock = clock;
  }

  @Override
  public List<ScalerState> scalers() {
    return catalog.scalers().stream().map(this::state).toList();
  }

  @Override
  public Optional<ScalerState> scaler(ScalerId id) {
    return catalog.find(id).map(this::state);
  }

  @Override
  public Optional<ForecastReport> report(ScalerId id) {
    return journal.report(id);
  }

  @Override
  public List<Decision> decisions(ScalerId id, DecisionRange range) {
    return journal.between(
        id, range.since().orElse(Instant.MIN), range.before().orElse(Instant.MAX), range.limit());
  }

  @Override
  public Multi<ScalerId> changes() {
    Multi<ScalerId> switched =
        modes
            .switches()
            .onItem()
            .transformToMultiAndConcatenate(key ->
                Multi.createFrom().iterable(catalog.scalers().stream().map(Scaler::id).toList()));
    return Multi.createBy()
        .merging()
        .streams(journal.entries().map(Journal.Entry::scaler), switched);
  }

  private ScalerState state(Scaler scaler) {
    Optional<Decision> last = journal.last(scaler.id());
    return new ScalerState(
        scaler,
        modes.own(scaler),
        last,
        journal.forecast(scaler.id()).orElse(NONE_YET),
        journal.comparison(scaler.id()),
        BoundsByTime.at(
            scaler,
            clock.instant(),
            last.map(Decision::leadTime).orElse(LeadTimeEstimate.DEFAULT.duration())),
        scaler.trial().flatMap(_ -> modes.trust(scaler.id())),
        scaler
            .vertical()
            .flatMap(vertical ->
                journal
                    .size(scaler.id())
                    .filter(size -> size.container().equals(vertical.container()))));
  }
}
