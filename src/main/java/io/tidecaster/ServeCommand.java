package io.tidecaster;

import io.tidecaster.crd.v1alpha1.ScalerFile;
import io.tidecaster.demo.EmbeddedBroker;
import io.tidecaster.workload.Mode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the service; every option has a config property of its own, which it sets. */
@Command(
    name = "serve",
    description = {
      "Runs the service until it is stopped.",
      "Each option sets the config property named with it; the properties can as well be given as environment variables."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Pattern BOOTSTRAP_SERVERS =
      Pattern.compile("[^\\s,]+:\\d{1,5}(,[^\\s,]+:\\d{1,5})*");

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "HTTP port (quarkus.http.port). Default: 8080.")
  Optional<Integer> port = Optional.empty();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap servers (kafka.bootstrap.servers).")
  Optional<String> kafka = Optional.empty();

  @Option(
      names = "--broker",
      paramLabel = "DIR",
      description =
          "Runs the embedded broker in the same process, its log kept in DIR: an edge site without a Kafka.")
  Optional<Path> broker = Optional.empty();

  @Option(
      names = "--scalers",
      paramLabel = "FILE",
      description =
          "PredictiveScaler YAML, a file or a directory (tidecaster.service.scalers). Without it they are read from the Kubernetes API.")
  Optional<Path> scalers = Optional.empty();

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description =
          "The Prometheus whose history is read at first sight (tidecaster.ingest.backfill.url).")
  Optional<URI> prometheus = Optional.empty();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "The installation's mode, the ceiling over every scaler's: Advisory, Enforcing or Paused (tidecaster.service.mode). Default: Advisory.")
  Optional<String> mode = Optional.empty();

  @Override
  public Integer call() {
    port.ifPresent(value -> {
      if (value < 0 || value > 65535) {
        throw refuse("--port %d is not between 0 and 65535".formatted(value));
      }
      set("quarkus.http.port", value);
    });
    kafka.ifPresent(value -> {
      if (!BOOTSTRAP_SERVERS.matcher(value).matches()) {
        throw refuse(
            "--kafka %s is not HOST:PORT, or several with commas between".formatted(value));
      }
      set("kafka.bootstrap.servers", value);
    });
    broker.ifPresent(this::refuseBrokenLog);
    scalers.ifPresent(path -> {
      refuseBroken(path);
      set("tidecaster.service.scalers", path.toAbsolutePath());
    });
    prometheus.ifPresent(url -> set("tidecaster.ingest.backfill.url", url));
    mode.ifPresent(label -> {
      try {
        set("tidecaster.service.mode", Mode.parse(label).label());
      } catch (IllegalArgumentException e) {
        throw refuse("--mode: " + e.getMessage());
      }
    });
    broker.ifPresent(
        log -> set("kafka.bootstrap.servers", EmbeddedBroker.start(log, 0).bootstrapServers()));
    return Service.run();
  }

  private void refuseBrokenLog(Path log) {
    if (kafka.isPresent()) {
      throw refuse("--broker %s beside --kafka %s; choose one".formatted(log, kafka.get()));
    }
    EmbeddedBroker.refusalOf(log)
        .ifPresent(why -> {
          throw refuse("--broker " + why);
        });
  }

  private void refuseBroken(Path path) {
    if (!Files.isReadable(path)) {
      throw refuse("--scalers %s cannot be read".formatted(path));
    }
    try {
      ScalerFile.Contents contents = ScalerFile.read(path);
      if (!contents.problems().isEmpty()) {
        throw refuse("--scalers " + contents.problemText());
      }
    } catch (IOException e) {
      throw refuse("--scalers %s cannot be read: %s".formatted(path, e.getMessage()));
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void set(String property, Object value) {
    System.setProperty(property, value.toString());
  }
}
