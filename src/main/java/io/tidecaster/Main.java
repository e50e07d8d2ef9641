package io.tidecaster;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.tidecaster.backtest.BacktestCommand;
import io.tidecaster.backtest.ReplayCommand;
import io.tidecaster.ops.Build;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The one binary: {@code tidecaster demo | serve | broker | ready | backtest | replay | haproxy}.
 */
@QuarkusMain
@Command(
    name = "tidecaster",
    description = "Scales a Kubernetes workload before its load arrives.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      ReleaseCommand.class,
      BrokerCommand.class,
      ReadyCommand.class,
      BacktestCommand.class,
      ReplayCommand.class,
      HaproxyCommand.class
    })
public final class Main {
  /** Exit status of a command that was called in the wrong way. */
  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] args) {
    System.exit(statusOf(args));
  }

  /** What a command does not survive is told where it was called: no log may be open yet. */
  private static int statusOf(String[] args) {
    try {
      return commandLine().execute(args);
    } catch (Error e) {
      e.printStackTrace();
      return 1;
    }
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setParameterExceptionHandler((failure, _) -> {
      failure.getCommandLine().getErr().println("tidecaster: " + failure.getMessage());
      return USAGE;
    });
    line.setExecutionExceptionHandler((failure, command, _) -> {
      command.getErr().println("tidecaster: " + failure.getMessage());
      return 1;
    });
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      Build build = Build.current();
      return new String[] {"tidecaster %s (%s)".formatted(build.version(), build.commit())};
    }
  }
}
