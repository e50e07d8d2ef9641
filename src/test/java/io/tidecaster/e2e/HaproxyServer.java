package io.tidecaster.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real HAProxy on loopback, with one frontend and one backend {@code crm} whose servers a test
 * names, and with its runtime API open: over a Unix socket, as a sidecar would use it, and over
 * TCP.
 */
public final class HaproxyServer implements AutoCloseable {
  /** The one backend. */
  public static final String BACKEND = "crm";

  private static final String CONFIGURATION = "haproxy.cfg";
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(30);

  private final ScratchDirectory scratch;
  private ChildProcess process;
  private final int port;
  private final int runtimePort;
  private final int metricsPort;

  private HaproxyServer(
      ScratchDirectory scratch, ChildProcess process, int port, int runtimePort, int metricsPort) {
    this.scratch = scratch;
    this.process = process;
    this.port = port;
    this.runtimePort = runtimePort;
    this.metricsPort = metricsPort;
  }

  /**
   * Starts one that shares requests among these servers by their weights, all 100.
   *
   * @param servers names and {@code host:port}, and what else stands on their lines
   * @param spare how many empty slots {@code slot1}, {@code slot2}, … the backend has, in
   *     maintenance, for servers the runtime API adds
   */
  public static HaproxyServer start(Map<String, String> servers, int spare) {
    return start(servers, spare, "roundrobin", 100);
  }

  /**
   * The same with another algorithm.
   *
   * @param algorithm what stands after {@code balance}
   * @param weight of each server and slot
   */
  public static HaproxyServer start(
      Map<String, String> servers, int spare, String algorithm, int weight) {
    var scratch = ScratchDirectory.create("haproxy");
    List<Integer> ports = Loopback.freePorts(3);
    var backend = new StringBuilder();
    servers.forEach((name, address) -> backend.append(server(name, address, weight, "")));
    for (int i = 1; i <= spare; i++) {
      backend.append(server("slot" + i, Loopback.HOST + ":9", weight, " disabled"));
    }
    var _ =
        scratch.write(
            CONFIGURATION,
            """
            global
              stats socket %s mode 600 level admin
              stats socket ipv4@%s:%d level admin
            defaults
              mode http
              timeout connect 2s
              timeout client 30s
              timeout server 30s
            frontend www
              bind %s:%d
              default_backend %s
            frontend metrics
              bind %s:%d
              http-request use-service prometheus-exporter if { path /metrics }
            backend %s
              balance %s
            %s\
            """
                .formatted(
                    scratch.path().resolve("haproxy.sock"),
                    Loopback.HOST,
                    ports.get(1),
                    Loopback.HOST,
                    ports.get(0),
                    BACKEND,
                    Loopback.HOST,
                    ports.get(2),
                    BACKEND,
                    algorithm,
                    backend));
    var haproxy =
        new HaproxyServer(scratch, run(scratch), ports.get(0), ports.get(1), ports.get(2));
    try {
      haproxy.awaitAnswer();
      return haproxy;
    } catch (Throwable e) {
      haproxy.close();
      throw e;
    }
  }

  private static ChildProcess run(ScratchDirectory scratch) {
    return ChildProcess.start(
        "haproxy",
        List.of(
            Tools.find().haproxy().toString(),
            "-db",
            "-f",
            scratch.path().resolve(CONFIGURATION).toString()));
  }

  private void awaitAnswer() {
    Eventually.answers(
        "HAProxy answers",
        STARTS_WITHIN,
        () -> {
          process.requireAlive();
          return command("show info");
        });
  }

  /** Kills it and starts it anew: all it was told while it ran is lost. */
  public void restart() {
    process.kill();
    process = run(scratch);
    awaitAnswer();
  }

  private static String server(String name, String address, int weight, String state) {
    return "  server " + name + " " + address + " weight " + weight + state + "\n";
  }

  /** Where its users come in. */
  public URI url() {
    return Loopback.http(port);
  }

  /** The runtime API's Unix socket. */
  public Path socket() {
    return scratch.path().resolve("haproxy.sock");
  }

  /** The runtime API's TCP port on 127.0.0.1. */
  public int runtimePort() {
    return runtimePort;
  }

  /** Where its own exporter is scraped: {@code host:port}. */
  public String metrics() {
    return Loopback.HOST + ":" + metricsPort;
  }

  /** Asks the runtime API, and gives its answer as it is. */
  public String command(String command) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), runtimePort)) {
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      out.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("HAProxy does not answer: " + command, e);
    }
  }

  @Override
  public void close() {
    process.close();
    scratch.close();
  }
}
