package io.tidecaster.ingest;

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
import java.util.Map;
import java.util.Optional;

/** Scalers that differ in what they select. */
final class Scalers {
  static final String REQUESTS = "http_server_requests_seconds_count";
  static final String CPU = "process_cpu_seconds_total";
  static final String LOAD_QUERY = "sum(rate(http_server_requests_seconds_count{app=\"crm\"}[1m]))";
  static final String CPU_QUERY = "sum(rate(process_cpu_seconds_total{app=\"crm\"}[1m]))";

  private Scalers() {}

  /** Selects the requests and the CPU of this app. */
  static Scaler ofApp(String name, String app) {
    return of(
        name,
        new Source(
            new SeriesSelector(REQUESTS, SeriesSelector.Type.COUNTER, Map.of("app", app)),
            Optional.of(LOAD_QUERY)),
        Optional.of(
            new Source(
                new SeriesSelector(CPU, SeriesSelector.Type.COUNTER, Map.of("app", app)),
                Optional.of(CPU_QUERY))));
  }

  static Scaler of(String name, Source load, Optional<Source> cpu) {
    Objective objective = new Objective.RequestsPerReplica(100);
    return new Scaler(
        new ScalerId("crm", name),
        new TargetRef("apps/v1", "Deployment", name),
        Mode.ADVISORY,
        new Bounds(1, 10),
        load,
        cpu,
        objective,
        objective,
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT);
  }
}
