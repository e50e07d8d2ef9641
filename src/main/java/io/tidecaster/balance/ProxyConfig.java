package io.tidecaster.balance;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What a HAProxy in front of a CRM is to be; {@link ProxyConfigFile} writes it down. */
public record ProxyConfig(Entry entry, Pool pool, Admin admin) {

  public ProxyConfig {
    if (entry.port() == admin.exporterPort().orElse(-1)) {
      throw new IllegalArgumentException(
          "the exporter's port %d is the frontend's; give another".formatted(entry.port()));
    }
  }

  /**
   * Where users come in.
   *
   * @param port of the frontend
   * @param healthHost requests for this host are health checks, and go to another backend
   * @param healthServer where those are answered
   */
  public record Entry(int port, String healthHost, Address healthServer) {
    /** The CRM's: port 80, health checks answered on port 8080. */
    public static final Entry DEFAULT =
        new Entry(80, "health.crm.local", new Address("127.0.0.1", 8080));

    public Entry {
      Words.requireBetween("port", port, 1, 65_535);
      Words.requireHostName("health host", healthHost);
    }
  }

  /**
   * The servers and how they are chosen.
   *
   * @param name of the backend
   * @param checkPath where each server is asked for its health; without it a connection will do
   * @param cookie keeps a session on its server
   * @param connectionsPerServer what is more waits in the backend's queue, where it can be seen
   */
  public record Pool(
      String name,
      Algorithm algorithm,
      List<ProxyServer> servers,
      Discovery discovery,
      Optional<String> checkPath,
      Optional<String> cookie,
      OptionalInt connectionsPerServer) {

    public Pool {
      servers = List.copyOf(servers);
      Words.requireName("backend", name);
      checkPath.ifPresent(path -> Words.requirePath("check path", path));
      cookie.ifPresent(given -> Words.requireName("cookie", given));
      connectionsPerServer.ifPresent(
          most -> Words.requireBetween("connections per server", most, 1, 100_000));
      if (servers.isEmpty() && discovery instanceof Discovery.None) {
        throw new IllegalArgumentException(
            "the backend has no server; name one, or give slots or a DNS name");
      }
      requireDistinct(servers);
      requireWeightsWhereTheyCount(algorithm, servers);
      if (name.equals(ProxyConfigFile.HEALTH_BACKEND)) {
        throw new IllegalArgumentException(
            "backend \"%s\" is the health checks'; give another name".formatted(name));
      }
    }

    private static void requireDistinct(List<ProxyServer> servers) {
      Set<String> names = new HashSet<>();
      for (ProxyServer server : servers) {
        if (!names.add(server.name())) {
          throw new IllegalArgumentException(
              "server \"%s\" is named twice; give each its own name".formatted(server.name()));
        }
        if (server.name().matches("slot[0-9]+")) {
          throw new IllegalArgumentException(
              "server \"%s\" has the name of a slot; give another".formatted(server.name()));
        }
      }
    }

    private static void requireWeightsWhereTheyCount(
        Algorithm algorithm, List<ProxyServer> servers) {
      boolean weighted = servers.stream().anyMatch(server -> server.weight().isPresent());
      if (weighted && algorithm == Algorithm.ROUND_ROBIN) {
        throw new IllegalArgumentException(
            "a weight is given and the algorithm is roundrobin; choose weighted-roundrobin");
      }
      if (!weighted && algorithm == Algorithm.WEIGHTED_ROUND_ROBIN && !servers.isEmpty()) {
        throw new IllegalArgumentException(
            "the algorithm is weighted-roundrobin and no server has a weight; give ,weight=N, or"
                + " choose roundrobin");
      }
    }
  }

  /**
   * How it is watched and steered.
   *
   * @param socket the Runtime API's Unix socket
   * @param listen the Runtime API over TCP beside it, without any authentication: a loopback or
   *     private address
   * @param exporterPort Prometheus metrics at {@code /metrics}
   */
  public record Admin(String socket, Optional<Address> listen, OptionalInt exporterPort) {
    /** A socket for Tidecaster beside it, and metrics where HAProxy's images have them. */
    public static final Admin DEFAULT =
        new Admin("/run/haproxy/admin.sock", Optional.empty(), OptionalInt.of(8405));

    public Admin {
      Words.requireFile("socket", socket);
      exporterPort.ifPresent(port -> Words.requireBetween("exporter port", port, 1, 65_535));
    }
  }
}
