package io.tidecaster.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tidecaster as its users run it: the built jar in a JVM of its own, or with {@code -De2e.binary}
 * the native binary of that path, on a free port of loopback. What a test cannot do to itself it
 * can do to this: take it away without warning, and look how much memory it holds.
 */
public final class ServiceProcess implements AutoCloseable {
  /** What {@code package} leaves behind. */
  public static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

  private static final String BINARY = "e2e.binary";
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final ChildProcess process;
  private final int port;

  private ServiceProcess(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** The native binary that {@code -De2e.binary} names. */
  static Optional<Path> binary() {
    return Optional.ofNullable(System.getProperty(BINARY)).map(Path::of);
  }

  /** A service to be started from the built jar; its log will be {@code target/e2e/<name>.log}. */
  public static Launch named(String name) {
    return new Launch(name);
  }

  /** How to start one. */
  public static final class Launch {
    private final String name;
    private Path jar = JAR;
    private Optional<Path> binary = ServiceProcess.binary();
    private String readiness = "/q/health/ready";
    private Duration within = Duration.ofSeconds(90);
    private @Nullable Integer port;
    private final List<String> jvm = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Launch(String name) {
      this.name = name;
    }

    /** Another jar than the built one. */
    public Launch jar(Path jar) {
      this.jar = jar;
      this.binary = Optional.empty();
      return this;
    }

    /** The path that answers 2xx once the service is ready. */
    public Launch readiness(String path, Duration within) {
      this.readiness = path;
      this.within = within;
      return this;
    }

    /** A port that was chosen elsewhere: to start again where others expect the service. */
    public Launch port(int port) {
      this.port = port;
      return this;
    }

    /** Options of the JVM itself, such as {@code -Xmx256m}; a binary takes only its heap's. */
    public Launch jvm(String... options) {
      jvm.addAll(List.of(options));
      return this;
    }

    /** Command line arguments. */
    public Launch arguments(String... words) {
      arguments.addAll(List.of(words));
      return this;
    }

    /** A system property: Quarkus reads its configuration from them first. */
    public Launch property(String key, String value) {
      properties.put(key, value);
      return this;
    }

    /** An environment variable, added to the test's own. */
    public Launch environment(String key, String value) {
      environment.put(key, value);
      return this;
    }

    /** Starts it and waits until it is ready. */
    public ServiceProcess start() {
      ServiceProcess service = startWithoutWaiting();
      try {
        service.awaitReady(readiness, within);
        return service;
      } catch (Throwable e) {
        service.close();
        throw e;
      }
    }

    /** Starts it and returns at once: for one that is meant to fail, or to wait for others. */
    public ServiceProcess startWithoutWaiting() {
      Path program = binary.orElse(jar);
      if (!Files.isRegularFile(program)) {
        throw new IllegalStateException(
            program.toAbsolutePath() + " is missing; run ./mvnw package");
      }
      int listen = port == null ? Loopback.freePort() : port;
      var command = new ArrayList<String>();
      if (binary.isPresent()) {
        command.add(program.toString());
        jvm.stream().filter(option -> option.startsWith("-Xm")).forEach(command::add);
      } else {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
      }
      var given = new LinkedHashMap<String, String>();
      given.put("quarkus.http.host", Loopback.HOST);
      given.put("quarkus.http.port", Integer.toString(listen));
      given.putAll(properties);
      given.forEach((key, value) -> command.add("-D" + key + "=" + value));
      if (binary.isEmpty()) {
        command.addAll(List.of("-jar", jar.toString()));
      }
      command.addAll(arguments);
      return new ServiceProcess(ChildProcess.start(name, command, environment), listen);
    }
  }

  /** Its base URL, without a slash at the end. */
  public URI url() {
    return Loopback.http(port);
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.alive();
  }

  /**
   * Waits until that path answers 2xx; fails at once, with the end of the log, if the process dies.
   */
  public void awaitReady(String path, Duration within) {
    Eventually.get(
        process.log().getFileName() + " is ready",
        within,
        () -> {
          process.requireAlive();
          return Http.get(url().resolve(path)).statusCode();
        },
        status -> status / 100 == 2);
  }

  /** Waits for the process to end by itself, and gives its exit status. */
  public int awaitExit(Duration within) {
    if (!process.ended(within)) {
      throw new AssertionError(process.log().getFileName() + " still runs after " + within);
    }
    return process.exitStatus();
  }

  /** SIGKILL: as a node's crash. */
  public void kill() {
    process.kill();
  }

  /** SIGTERM: as Kubernetes ends a pod. Gives the exit status; 143 is Java's for SIGTERM. */
  public int terminate() {
    if (!process.terminate(GRACE)) {
      throw new AssertionError(process.log().getFileName() + " survives SIGTERM for " + GRACE);
    }
    return process.exitStatus();
  }

  /** Resident memory, VmRSS. */
  public long residentBytes() {
    return process.residentBytes();
  }

  /** The most it was, VmHWM. */
  public long mostResidentBytes() {
    return process.mostResidentBytes();
  }

  /** Everything it wrote so far. */
  public String log() {
    try {
      return Files.readString(process.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
