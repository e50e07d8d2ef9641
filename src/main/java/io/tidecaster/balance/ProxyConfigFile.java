package io.tidecaster.balance;

import io.tidecaster.balance.ProxyConfig.Pool;

/** {@code haproxy.cfg}: every line with a reason that is not plain has it above. */
public final class ProxyConfigFile {
  static final String HEALTH_BACKEND = "health_check";

  /** The weight of a server where another states its own; weights are shares, not absolutes. */
  private static final int COMMON_WEIGHT = 100;

  /** Where an empty slot points: the discard port, which nothing is sent to in maintenance. */
  private static final Address NOWHERE = new Address("127.0.0.1", 9);

  private final StringBuilder text = new StringBuilder();

  private ProxyConfigFile() {}

  /** The whole file for HAProxy 2.6 and later. */
  public static String of(ProxyConfig config) {
    return new ProxyConfigFile().write(config);
  }

  private String write(ProxyConfig config) {
    line("# Written by `tidecaster haproxy`; check it with `haproxy -c -f FILE`.");
    global(config.admin());
    defaults();
    if (config.pool().discovery() instanceof Discovery.Dns dns) {
      resolvers(dns);
    }
    frontend(config);
    healthBackend(config.entry());
    backend(config.pool());
    config.admin().exporterPort().ifPresent(this::exporter);
    return text.toString();
  }

  private void global(ProxyConfig.Admin admin) {
    section("global");
    line("    log stdout format raw local0");
    line("    # The Runtime API: Tidecaster weighs, drains and adds servers through it.");
    line("    stats socket %s mode 660 level admin".formatted(admin.socket()));
    admin
        .listen()
        .ifPresent(address -> {
          line("    # It asks nobody who they are: reachable for Tidecaster alone.");
          line("    stats socket ipv%d@%s level admin".formatted(isIpv6(address) ? 6 : 4, address));
        });
    line("    # Longer than Tidecaster takes between a command and the next.");
    line("    stats timeout 30s");
  }

  private static boolean isIpv6(Address address) {
    return address.host().indexOf(':') >= 0;
  }

  private void defaults() {
    section("defaults");
    line("    mode http");
    line("    log global");
    line("    option httplog");
    line("    option dontlognull");
    line("    timeout connect 5s");
    line("    timeout client 50s");
    line("    timeout server 50s");
    line("    # Who waits longer than this for a free server gets 503.");
    line("    timeout queue 10s");
    line("    # A connection that a server refuses is tried at another; a request that has been");
    line("    # sent never is, for it may have been carried out.");
    line("    retries 3");
    line("    option redispatch 1");
    line("    retry-on conn-failure");
  }

  private void resolvers(Discovery.Dns dns) {
    section("resolvers dns");
    line("    nameserver first %s".formatted(dns.nameServer()));
    line("    accepted_payload_size 8192");
    line("    resolve_retries 3");
    line("    timeout resolve 1s");
    line("    timeout retry 1s");
    line("    # A DNS that is away empties no backend within this time.");
    line("    hold other 30s");
    line("    hold refused 30s");
    line("    hold nx 30s");
    line("    hold timeout 30s");
    line("    hold valid 5s");
    line("    hold obsolete 30s");
  }

  private void frontend(ProxyConfig config) {
    section("frontend http_front");
    line("    bind *:%d".formatted(config.entry().port()));
    line("    # Health checks of what stands in front are told apart by their host.");
    line("    acl health_host hdr(host),field(1,:) -i %s".formatted(config.entry().healthHost()));
    line("    use_backend %s if health_host".formatted(HEALTH_BACKEND));
    line("    default_backend %s".formatted(config.pool().name()));
  }

  private void healthBackend(ProxyConfig.Entry entry) {
    section("backend " + HEALTH_BACKEND);
    line("    server health %s check".formatted(entry.healthServer()));
  }

  private void backend(Pool pool) {
    section("backend " + pool.name());
    if (!pool.algorithm().isDynamic()) {
      line("    # Its weights are fixed: Tidecaster can drain a server here, not warm one up.");
    }
    line("    balance %s".formatted(pool.algorithm().directive()));
    pool.checkPath()
        .ifPresent(path -> {
          line("    option httpchk");
          line(
              "    http-check send meth GET uri %s ver HTTP/1.1 hdr Host localhost"
                  .formatted(path));
          line("    http-check expect status 200-399");
        });
    pool.cookie()
        .ifPresent(name -> {
          line("    # A session stays on its server, also while that one is drained.");
          if (pool.discovery() instanceof Discovery.None) {
            line("    cookie %s insert indirect nocache httponly".formatted(name));
          } else {
            line("    # Its value follows from the server's address, as do all instances'.");
            line("    cookie %s insert indirect nocache httponly dynamic".formatted(name));
            line("    dynamic-cookie-key %s".formatted(pool.name()));
          }
        });
    line("    # Out after 3 failed checks, back after 2 good ones.");
    line(
        "    default-server inter 2s fall 3 rise 2%s"
            .formatted(
                pool.connectionsPerServer().isPresent()
                    ? " maxconn " + pool.connectionsPerServer().getAsInt()
                    : ""));
    pool.servers().forEach(server -> server(pool, server));
    discovered(pool);
  }

  private void server(Pool pool, ProxyServer server) {
    boolean weighted = pool.servers().stream().anyMatch(other -> other.weight().isPresent());
    line(
        "    server %s %s check%s%s"
            .formatted(
                server.name(),
                server.address(),
                weighted ? " weight " + server.weight().orElse(COMMON_WEIGHT) : "",
                pool.cookie().isPresent() && pool.discovery() instanceof Discovery.None
                    ? " cookie " + server.name()
                    : ""));
  }

  private void discovered(Pool pool) {
    switch (pool.discovery()) {
      case Discovery.None none -> {}
      case Discovery.Slots slots -> {
        line("    # Empty places, which Tidecaster fills as replicas come.");
        line("    server-template slot 1-%d %s check disabled".formatted(slots.count(), NOWHERE));
      }
      case Discovery.Dns dns -> {
        line("    # As many of these as the name has addresses.");
        line(
            "    server-template slot 1-%d %s check resolvers dns init-addr none"
                .formatted(dns.count(), dns.name()));
      }
    }
  }

  private void exporter(int port) {
    section("frontend metrics");
    line("    bind *:%d".formatted(port));
    line("    http-request set-log-level silent");
    line("    http-request use-service prometheus-exporter if { path /metrics }");
  }

  private void section(String head) {
    text.append('\n').append(head).append('\n');
  }

  private void line(String words) {
    text.append(words).append('\n');
  }
}
