package io.tidecaster;

import io.tidecaster.crd.v1alpha1.ScalerFile;
import io.tidecaster.demo.Demo;
import io.tidecaster.demo.DemoLoad;
import io.tidecaster.demo.DemoState;
import io.tidecaster.demo.EmbeddedBroker;
import io.tidecaster.sim.TraceLoad;
import io.tidecaster.workload.Scaler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job on one machine. */
@Command(
    name = "demo",
    description = {
      "Runs the main job on this machine, with an HPA beside it.",
      "An embedded Kafka broker, a simulated CRM fleet under load, the service that scales it, and the console; beside it the same fleet under an HPA."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /**
   * At the peak of its load the fleet needs so many of its 10 replicas; an HPA at 50 % needs 10.
   */
  private static final int REPLICAS_AT_PEAK = 6;

  /**
   * The busiest hour of an ordinary day needs so many; the month's end and mailings come on top.
   */
  private static final int REPLICAS_OF_AN_ORDINARY_DAY = 4;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Plays a recorded load, CSV with the columns timestamp,value, scaled to the fleet. Default: a generated CRM load.")
  Optional<Path> trace = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of the generated load. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--speed",
      paramLabel = "FACTOR",
      defaultValue = "60",
      description = "Simulated seconds in one of life, from 1 to 3600. Default: ${DEFAULT-VALUE}.")
  double speed;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Ends after N simulated days, with the figures. Default: with its load.")
  Optional<Integer> days = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps the broker's log there, and goes on from it next time.")
  Optional<Path> data = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Where the console and the REST interface are. Default: ${DEFAULT-VALUE}.")
  int port;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "Enforcing",
      description =
          "The installation's mode at the start: Advisory, Enforcing or Paused. Default: ${DEFAULT-VALUE}.")
  String mode = "Enforcing";

  @Override
  public Integer call() throws IOException {
    refuseBroken();
    Scaler scaler = scaler();
    DemoLoad load = load();
    DemoState state =
        data.map(directory -> DemoState.in(directory, load.name())).orElseGet(DemoState::none);
    Optional<DemoState.Stopped> stopped = stopped(state);
    EmbeddedBroker broker =
        data.map(directory -> EmbeddedBroker.start(directory, 0))
            .orElseGet(EmbeddedBroker::startTemporary);
    Demo demo =
        new Demo(
            new Demo.Settings(speed, Duration.ofMinutes(3), days.map(Duration::ofDays), state),
            stopped.map(DemoState.Stopped::at).map(load::from).orElse(load),
            scaler,
            stopped.map(DemoState.Stopped::replicas));
    demo.install();
    configure(broker, demo);
    return Service.run();
  }

  private void configure(EmbeddedBroker broker, Demo demo) throws IOException {
    Path scalers = Files.createTempFile("tidecaster-demo-", ".yaml");
    Files.writeString(scalers, crm(), StandardCharsets.UTF_8);
    scalers.toFile().deleteOnExit();
    set("kafka.bootstrap.servers", broker.bootstrapServers());
    set("tidecaster.kafka.partitions", "3");
    set("tidecaster.service.scalers", scalers.toString());
    set("tidecaster.service.mode", mode);
    set("tidecaster.ingest.backfill.url", demo.historyUrl());
    set("quarkus.http.port", Integer.toString(port));
    set("quarkus.http.host", "127.0.0.1");
    set("quarkus.log.level", "WARN");
    set("quarkus.log.category.\"org.apache.kafka\".level", "ERROR");
    set("quarkus.log.category.\"org.apache.kafka.controller\".level", "OFF");
  }

  private void refuseBroken() {
    if (!(speed >= 1 && speed <= 3600)) {
      throw refuse("--speed %s is not between 1 and 3600".formatted(speed));
    }
    if (port < 0 || port > 65535) {
      throw refuse("--port %d is not between 0 and 65535".formatted(port));
    }
    days.filter(count -> count < 1)
        .ifPresent(count -> {
          throw refuse("--days %d is not at least 1".formatted(count));
        });
    trace
        .filter(file -> !Files.isRegularFile(file))
        .ifPresent(file -> {
          throw refuse("--trace %s is no file that can be read".formatted(file));
        });
    data.flatMap(EmbeddedBroker::refusalOf)
        .ifPresent(why -> {
          throw refuse("--data " + why);
        });
    try {
      mode = io.tidecaster.workload.Mode.parse(mode).label();
    } catch (IllegalArgumentException e) {
      throw refuse("--mode: " + e.getMessage());
    }
  }

  private DemoLoad load() throws IOException {
    if (trace.isEmpty()) {
      return DemoLoad.generated(seed, REPLICAS_OF_AN_ORDINARY_DAY * Demo.replicaObjective());
    }
    try {
      TraceLoad recorded = TraceLoad.read(trace.get());
      return DemoLoad.of(
          trace.get().getFileName().toString(),
          recorded.scaledTo(REPLICAS_AT_PEAK, Demo.replicaObjective()));
    } catch (IllegalArgumentException e) {
      throw refuse("--trace " + e.getMessage());
    }
  }

  private Optional<DemoState.Stopped> stopped(DemoState state) {
    try {
      return state.stopped();
    } catch (IllegalArgumentException e) {
      throw refuse("--data " + e.getMessage());
    }
  }

  private static Scaler scaler() throws IOException {
    byte[] yaml = crm().getBytes(StandardCharsets.UTF_8);
    return ScalerFile.read("demo/crm.yaml", new ByteArrayInputStream(yaml)).scalers().getFirst();
  }

  private static String crm() throws IOException {
    try (InputStream yaml = DemoCommand.class.getResourceAsStream("/demo/crm.yaml")) {
      if (yaml == null) {
        throw new IllegalStateException("demo/crm.yaml is missing from the build");
      }
      return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void set(String property, String value) {
    System.setProperty(property, value);
  }
}
