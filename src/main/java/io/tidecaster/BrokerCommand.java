package io.tidecaster;

import io.tidecaster.demo.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the embedded broker alone, for a site that has no Kafka or for trying things out. */
@Command(
    name = "broker",
    description =
        "Runs the embedded Kafka broker alone, on the loopback interface, until it is stopped.",
    mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Where its log is kept.")
  @SuppressWarnings("NullAway.Init")
  Path data;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Where clients connect; 0 for any free port. Default: ${DEFAULT-VALUE}.")
  int port;

  @Override
  public Integer call() throws InterruptedException {
    refuseBroken();
    CountDownLatch stopped = new CountDownLatch(1);
    EmbeddedBroker broker = EmbeddedBroker.start(data, port);
    System.out.println("broker ready at " + broker.bootstrapServers());
    Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "broker-stop"));
    stopped.await();
    return 0;
  }

  private void refuseBroken() {
    if (port < 0 || port > 65535) {
      throw refuse("--port %d is not between 0 and 65535".formatted(port));
    }
    EmbeddedBroker.refusalOf(data)
        .ifPresent(why -> {
          throw refuse("--data " + why);
        });
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
