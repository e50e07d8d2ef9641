package io.tidecaster;

import io.tidecaster.balance.Address;
import io.tidecaster.balance.Algorithm;
import io.tidecaster.balance.Discovery;
import io.tidecaster.balance.ProxyConfig;
import io.tidecaster.balance.ProxyConfigFile;
import io.tidecaster.balance.ProxyServer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the configuration of a HAProxy that Tidecaster can steer. */
@Command(
    name = "haproxy",
    description = {
      "Writes a haproxy.cfg: a frontend, health checks by host, a backend with checks, the Runtime API and a Prometheus exporter."
    },
    mixinStandardHelpOptions = true)
final class HaproxyCommand implements Callable<Integer> {
  private static final int DNS_SLOTS = 20;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "NAME=HOST:PORT[,weight=N]",
      description = "A server of the backend; as often as there are servers.")
  List<String> servers = new ArrayList<>();

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "Empty places that Tidecaster fills as replicas come; with --dns, most servers taken from it (default 20).")
  Optional<Integer> slots = Optional.empty();

  @Option(
      names = "--dns",
      paramLabel = "NAME:PORT",
      description = "Take the servers from this name's addresses; needs --name-server.")
  Optional<String> dns = Optional.empty();

  @Option(
      names = "--name-server",
      paramLabel = "HOST:PORT",
      description = "The DNS server that --dns asks.")
  Optional<String> nameServer = Optional.empty();

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "roundrobin",
      description =
          "roundrobin, weighted-roundrobin, random, power-of-two, leastconn, source or static-rr. Default: ${DEFAULT-VALUE}.")
  String algorithm = "";

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "crm",
      description = "The backend's name. Default: ${DEFAULT-VALUE}.")
  String backend = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "80",
      description = "Where users come in. Default: ${DEFAULT-VALUE}.")
  int port;

  @Option(
      names = "--health-host",
      paramLabel = "HOST",
      defaultValue = "health.crm.local",
      description = "Requests for this host are health checks. Default: ${DEFAULT-VALUE}.")
  String healthHost = "";

  @Option(
      names = "--health-server",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8080",
      description = "Where health checks are answered. Default: ${DEFAULT-VALUE}.")
  String healthServer = "";

  @Option(
      names = "--check-path",
      paramLabel = "PATH",
      description = "Ask each server for its health here; without it a connection will do.")
  Optional<String> checkPath = Optional.empty();

  @Option(
      names = "--cookie",
      paramLabel = "NAME",
      description = "Keep a session on its server by a cookie of this name.")
  Optional<String> cookie = Optional.empty();

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Most requests at a server at once; more wait in the backend's queue.")
  Optional<Integer> connections = Optional.empty();

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      defaultValue = "/run/haproxy/admin.sock",
      description = "The Runtime API's Unix socket. Default: ${DEFAULT-VALUE}.")
  String socket = "";

  @Option(
      names = "--listen",
      paramLabel = "IP:PORT",
      description = "The Runtime API over TCP beside it; it has no authentication.")
  Optional<String> listen = Optional.empty();

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      defaultValue = "8405",
      description = "Where Prometheus finds /metrics; 0 for nowhere. Default: ${DEFAULT-VALUE}.")
  int metricsPort;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write to this file, which must not exist yet; without it, to the terminal.")
  Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws IOException {
    String text = ProxyConfigFile.of(config());
    if (out.isPresent()) {
      write(out.get(), text);
    } else {
      System.out.print(text);
    }
    return 0;
  }

  private ProxyConfig config() {
    try {
      return new ProxyConfig(
          new ProxyConfig.Entry(port, healthHost, Address.parse(healthServer)),
          new ProxyConfig.Pool(
              backend,
              Algorithm.parse(algorithm),
              servers.stream().map(ProxyServer::parse).toList(),
              discovery(),
              checkPath,
              cookie,
              optional(connections)),
          new ProxyConfig.Admin(
              socket,
              listen.map(Address::parse),
              metricsPort == 0 ? OptionalInt.empty() : OptionalInt.of(metricsPort)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Discovery discovery() {
    if (dns.isPresent() != nameServer.isPresent()) {
      throw new IllegalArgumentException("--dns and --name-server need each other; give both");
    }
    if (dns.isPresent() && nameServer.isPresent()) {
      return new Discovery.Dns(
          Address.parse(dns.get()), Address.parse(nameServer.get()), slots.orElse(DNS_SLOTS));
    }
    return slots.<Discovery>map(Discovery.Slots::new).orElseGet(Discovery.None::new);
  }

  private static OptionalInt optional(Optional<Integer> given) {
    return given.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** A configuration that somebody has changed by hand is not written over. */
  private void write(Path file, String text) throws IOException {
    try {
      Files.writeString(
          file, text, new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE});
    } catch (FileAlreadyExistsException e) {
      throw new ParameterException(
          spec.commandLine(), "--out %s exists; move it away, or name another".formatted(file), e);
    }
  }
}
