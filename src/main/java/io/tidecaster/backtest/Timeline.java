package io.tidecaster.backtest;

import io.tidecaster.decide.Decision;
import io.tidecaster.sim.ClosedLoop;
import io.tidecaster.sim.Rival;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The judged minutes: what was known, what was decided, what stood. */
final class Timeline {
  private final Instant from;
  private final List<ClosedLoop.Minute> minutes = new ArrayList<>();

  Timeline(Instant from) {
    this.from = from;
  }

  void add(ClosedLoop.Minute minute) {
    minutes.add(minute);
  }

  int size() {
    return minutes.size();
  }

  List<ClosedLoop.Minute> minutes() {
    return minutes;
  }

  List<Decision> decisions() {
    return minutes.stream().map(ClosedLoop.Minute::decision).toList();
  }

  /** How many decisions there were of each reason, by its label. */
  Map<String, Integer> reasons() {
    Map<String, Integer> reasons = new TreeMap<>();
    for (Decision decision : decisions()) {
      reasons.merge(decision.outcome().reasonLabel(), 1, Integer::sum);
    }
    return reasons;
  }

  /** Where a rival's minutes hold what stood at this decision. */
  int minuteOf(Decision decision) {
    return Math.toIntExact(Math.max(0, Duration.between(from, decision.at()).toMinutes()));
  }

  /** One row a minute; figures that were not known stand empty. */
  void writeCsv(Path file, List<Rival> rivals) throws IOException {
    try (PrintWriter csv = new PrintWriter(Files.newBufferedWriter(file))) {
      csv.print("timestamp,load,forecast_q50,forecast_q95,peak_at_service_level,desired,ready");
      csv.print(",violation_s");
      for (Rival rival : rivals) {
        csv.printf(",%s_desired,%s_ready", rival.name(), rival.name());
      }
      csv.print('\n');
      for (ClosedLoop.Minute minute : minutes) {
        row(csv, minute, rivals);
      }
    }
  }

  private void row(PrintWriter csv, ClosedLoop.Minute played, List<Rival> rivals) {
    Decision decision = played.decision();
    Decision.ForecastSummary forecast = decision.forecast();
    csv.print(decision.at());
    for (OptionalDouble figure :
        List.of(decision.load(), forecast.q50(), forecast.q95(), forecast.peakAtServiceLevel())) {
      csv.print(',');
      if (figure.isPresent()) {
        csv.print((float) figure.getAsDouble());
      }
    }
    csv.print("," + decision.desiredReplicas() + "," + decision.fleet().readyReplicas());
    csv.print("," + played.violationSeconds());
    int minute = minuteOf(decision);
    for (Rival rival : rivals) {
      csv.print("," + rival.asked(minute) + "," + rival.ready(minute));
    }
    csv.print('\n');
  }
}
