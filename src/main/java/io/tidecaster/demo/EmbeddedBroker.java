package io.tidecaster.demo;

import io.quarkus.runtime.Application;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker inside this process, for a machine that has no Kafka: the demo, a single edge
 * site, the tests. It listens on the loopback interface alone, replicates nothing and creates no
 * topic that was not asked for.
 *
 * <p>What was acknowledged outlives the death of the process, not that of the machine: Kafka leaves
 * flushing to the operating system. A fault that Kafka holds for fatal, such as a data directory
 * that can no longer be written, ends the process.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String BROKER = "BROKER";
  private static final String CONTROLLER = "CONTROLLER";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int START_ATTEMPTS = 3;
  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  /**
   * After the process was killed, the broker starts again once this has passed; shorter, and a busy
   * machine takes its own slowness for a death.
   */
  private static final Duration SESSION = Duration.ofSeconds(9);

  private static final int SEGMENT_BYTES = 64 << 20;
  private static final int INDEX_BYTES = 1 << 20;
  private static final int CLEANER_BYTES = 4 << 20;

  /** Loggers that narrate each step; held here, for else a level set on them may be forgotten. */
  private static final List<Logger> TALKATIVE =
      Stream.of("kafka", "org.apache.kafka", "state.change.logger").map(Logger::getLogger).toList();

  private final KafkaRaftServer server;
  private final int port;
  private final Optional<Path> temporary;
  private final Thread shutdownHook;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(KafkaRaftServer server, int port, Optional<Path> temporary) {
    this.server = server;
    this.port = port;
    this.temporary = temporary;
    this.shutdownHook = new Thread(this::closeAfterApplication, "embedded-broker-shutdown");
  }

  /**
   * Starts a broker whose topics and records are kept in this directory, and found there again.
   *
   * @param dataDir created where it is missing; one broker at a time may use it
   * @param port where clients connect, 0 for any free one
   * @throws IllegalStateException where the port or the directory is in use, or Kafka cannot start
   */
  public static EmbeddedBroker start(Path dataDir, int port) {
    return start(dataDir, port, Optional.empty());
  }

  /**
   * Starts a broker on any free port that forgets everything when it is closed or the process ends.
   */
  public static EmbeddedBroker startTemporary() {
    try {
      Path directory = Files.createTempDirectory("tidecaster-kafka-");
      return start(directory, 0, Optional.of(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no temporary directory for Kafka; give a data directory, or free space in "
              + System.getProperty("java.io.tmpdir"),
          e);
    }
  }

  /** Why a broker's log cannot be kept there; empty where nothing speaks against it. */
  public static Optional<String> refusalOf(Path dataDir) {
    return Files.exists(dataDir) && !Files.isDirectory(dataDir)
        ? Optional.of("%s is a file; give a directory".formatted(dataDir))
        : Optional.empty();
  }

  /** What a client's {@code bootstrap.servers} needs: {@code 127.0.0.1:9092}. */
  public String bootstrapServers() {
    return LOOPBACK + ":" + port;
  }

  /**
   * Stops the broker in order, and returns when it has stopped. Clients should be closed before.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop(server);
    temporary.ifPresent(EmbeddedBroker::delete);
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException _) {
      // The process is ending, and this may be the hook itself.
    }
  }

  private static EmbeddedBroker start(Path dataDir, int port, Optional<Path> temporary) {
    TALKATIVE.stream()
        .filter(logger -> logger.getLevel() == null)
        .forEach(logger -> logger.setLevel(Level.SEVERE));
    Path directory = dataDir.toAbsolutePath().normalize();
    formatOnce(directory);
    for (int attempt = 1; ; attempt++) {
      Ports ports = Ports.choose(port);
      try {
        KafkaRaftServer server = startServer(directory, ports);
        EmbeddedBroker broker = new EmbeddedBroker(server, ports.broker(), temporary);
        Runtime.getRuntime().addShutdownHook(broker.shutdownHook);
        return broker;
      } catch (RuntimeException e) {
        // Another process may have taken a free port between its choice and its use.
        if (attempt == START_ATTEMPTS || !isAboutPorts(e)) {
          temporary.ifPresent(EmbeddedBroker::delete);
          throw new IllegalStateException(
              "Kafka cannot start in %s on port %d: %s; see that the port is free, that the directory can be written and that no other broker uses it"
                  .formatted(directory, ports.broker(), rootMessage(e)),
              e);
        }
      }
    }
  }

  private static KafkaRaftServer startServer(Path directory, Ports ports) {
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(settings(directory, ports), false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      stop(server);
      throw e;
    }
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Its clients live in the application, so it is the application that must end first. */
  private void closeAfterApplication() {
    Application application = Application.currentApplication();
    if (application != null) {
      application.awaitShutdown();
    }
    close();
  }

  /** Formats the directory as a cluster of this one node, unless that was done before. */
  private static void formatOnce(Path directory) {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setControllerListenerName(CONTROLLER)
          .setMetadataLogDirectory(directory.toString())
          .addDirectory(directory.toString())
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException(
          "Kafka cannot use %s: %s; give a directory that can be written"
              .formatted(directory, rootMessage(e)),
          e);
    }
  }

  private static Map<String, String> settings(Path directory, Ports ports) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", directory.toString());
    settings.put(
        "listeners",
        listener(BROKER, ports.broker()) + "," + listener(CONTROLLER, ports.controller()));
    settings.put("advertised.listeners", listener(BROKER, ports.broker()));
    settings.put(
        "listener.security.protocol.map", BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("inter.broker.listener.name", BROKER);
    settings.put("controller.listener.names", CONTROLLER);
    settings.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + ports.controller());

    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");

    // One node has nobody to wait for.
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("broker.heartbeat.interval.ms", Long.toString(HEARTBEAT.toMillis()));
    settings.put("broker.session.timeout.ms", Long.toString(SESSION.toMillis()));

    // Small: fewer threads and internal partitions, and buffers of megabytes, not of hundreds.
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "2");
    settings.put("log.cleaner.threads", "1");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(CLEANER_BYTES));
    settings.put("log.segment.bytes", Integer.toString(SEGMENT_BYTES));
    settings.put("log.index.size.max.bytes", Integer.toString(INDEX_BYTES));
    settings.put("offsets.topic.segment.bytes", Integer.toString(SEGMENT_BYTES));
    settings.put("metric.reporters", "");
    return settings;
  }

  private static String listener(String name, int port) {
    return name + "://" + LOOPBACK + ":" + port;
  }

  private static boolean isAboutPorts(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(java.net.BindException.class::isInstance);
  }

  private static String rootMessage(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .reduce((_, cause) -> cause)
        .map(Throwable::getMessage)
        .orElseGet(failure::toString);
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      Logger.getLogger(EmbeddedBroker.class.getName())
          .log(Level.WARNING, "temporary Kafka data is left in " + directory, e);
    }
  }

  private record Ports(int broker, int controller) {

    /** The wanted port, or any free one where it is 0, and another free one for the controller. */
    static Ports choose(int wanted) {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      try (ServerSocket broker = new ServerSocket(wanted, 1, loopback);
          ServerSocket controller = new ServerSocket(0, 1, loopback)) {
        return new Ports(broker.getLocalPort(), controller.getLocalPort());
      } catch (IOException e) {
        throw new IllegalStateException(
            "Kafka cannot listen on %s port %d: %s; choose another port, or 0 for any free one"
                .formatted(LOOPBACK, wanted, e.getMessage()),
            e);
      }
    }
  }
}
