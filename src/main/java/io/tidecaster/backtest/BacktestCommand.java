package io.tidecaster.backtest;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What would have been, from recorded loads; needs neither a broker nor a cluster. */
@Command(
    name = "backtest",
    description = "Plays recorded loads through the forecaster and the decider.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BacktestForecastCommand.class, BacktestRunCommand.class})
public final class BacktestCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "which backtest? try backtest --help");
  }
}
