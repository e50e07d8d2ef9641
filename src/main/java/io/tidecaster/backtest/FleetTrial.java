package io.tidecaster.backtest;

import io.tidecaster.sim.ClosedLoop;
import io.tidecaster.sim.Rival;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.sim.SimulatedFleet.Account;
import io.tidecaster.sim.TraceLoad;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A backtest at one start-up time: the service levels that are played, and what is written. */
final class FleetTrial implements AutoCloseable {
  private final Scaler scaler;
  private final SimulatedFleet.Settings fleet;
  private final List<Double> levels;
  private final Instant judgedFrom;
  private final Path directory;
  private final OutputFiles files;
  private final Timeline timeline;

  /**
   * Opens the files.
   *
   * @param swept service levels to play beside the scaler's own
   */
  FleetTrial(
      Scaler scaler,
      SimulatedFleet.Settings fleet,
      List<Double> swept,
      Instant judgedFrom,
      Path directory)
      throws IOException {
    this.scaler = scaler;
    this.fleet = fleet;
    this.levels =
        Stream.concat(Stream.of(scaler.serviceLevel()), swept.stream()).distinct().toList();
    this.judgedFrom = judgedFrom;
    this.directory = Files.createDirectories(directory);
    this.files = new OutputFiles(directory);
    this.timeline = new Timeline(judgedFrom);
  }

  Duration startup() {
    return fleet.startup();
  }

  /** One a service level; the scaler's own first, of which every minute is written. */
  List<ClosedLoop.Player> players() {
    List<ClosedLoop.Player> players = new ArrayList<>();
    players.add(
        new ClosedLoop.Player(
            scaler,
            fleet,
            minute -> {
              files.write(minute.decided());
              timeline.add(minute);
            }));
    for (double level : levels.subList(1, levels.size())) {
      players.add(new ClosedLoop.Player(scaler.withServiceLevel(level), fleet, _ -> {}));
    }
    return players;
  }

  /**
   * Writes the timeline and the page.
   *
   * @param accounts one a player
   */
  Report report(TraceLoad load, List<Account> accounts, Prices prices) throws IOException {
    List<Rival> rivals = Rival.playAll(load, fleet, scaler.bounds(), judgedFrom);
    timeline.writeCsv(directory.resolve("timeline.csv"), rivals);
    List<Played> played =
        IntStream.range(0, levels.size())
            .mapToObj(i -> new Played(levels.get(i), accounts.get(i)))
            .toList();
    Report report = new Report(scaler, fleet, load, played, rivals, timeline, prices);
    report.writeHtml(directory.resolve("report.html"));
    return report;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
