package io.tidecaster.balance;

import io.tidecaster.pace.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A backend that does as HAProxy does when it is told something. */
final class ModelProxy {
  private final boolean dynamic;
  private final Map<String, SeenServer> servers = new TreeMap<>();

  ModelProxy(boolean dynamic) {
    this.dynamic = dynamic;
  }

  static ModelProxy withSlots(int count) {
    var proxy = new ModelProxy(true);
    for (int i = 1; i <= count; i++) {
      proxy.put("slot" + i, "127.0.0.1:9", SeenServer.Admin.MAINTENANCE, 1, 0);
    }
    return proxy;
  }

  void put(String name, String address, SeenServer.Admin admin, int weight, int sessions) {
    servers.put(
        name,
        new SeenServer(
            name,
            Optional.of(Address.parse(address)),
            admin,
            true,
            weight,
            sessions,
            false,
            0,
            Optional.empty(),
            Timed.NOTHING));
  }

  void finishRequests() {
    servers.replaceAll((_, server) -> with(server, server.admin(), server.weight(), 0));
  }

  SeenPool seen() {
    return new SeenPool(dynamic ? "roundrobin" : "source", List.copyOf(servers.values()));
  }

  long serving() {
    return servers.values().stream().filter(SeenServer::isServing).count();
  }

  /** What serves, as {@code address weight}. */
  List<String> shares() {
    List<String> shares = new ArrayList<>();
    for (SeenServer server : servers.values()) {
      if (server.isServing()) {
        shares.add(server.address().orElseThrow() + " " + server.weight());
      }
    }
    return shares.stream().sorted().toList();
  }

  void tell(List<Command> commands) {
    commands.forEach(this::tell);
  }

  private void tell(Command command) {
    if (command instanceof Command.Add(String name, Address address, int weight)) {
      if (servers.containsKey(name)) {
        throw new AssertionError(name + " is there already");
      }
      put(name, address.toString(), SeenServer.Admin.MAINTENANCE, weight, 0);
      return;
    }
    SeenServer server = servers.get(command.server());
    if (server == null) {
      throw new AssertionError("no such server: " + command);
    }
    switch (command) {
      case Command.SetWeight(String name, int weight) ->
          servers.put(name, with(server, server.admin(), Math.abs(weight), server.sessions()));
      case Command.SetState(String name, Command.SetState.State state) ->
          servers.put(name, with(server, admin(state), server.weight(), server.sessions()));
      case Command.SetAddress(String name, Address address) -> {
        if (!server.isInMaintenance()) {
          throw new AssertionError("moved while it serves: " + server);
        }
        put(name, address.toString(), server.admin(), server.weight(), server.sessions());
      }
      case Command.Delete(String name) -> {
        if (!server.isInMaintenance() || server.sessions() > 0) {
          throw new AssertionError("deleted while it serves: " + server);
        }
        servers.remove(name);
      }
      case Command.EnableHealth c -> {}
      case Command.Add c -> throw new AssertionError(c);
    }
  }

  private static SeenServer.Admin admin(Command.SetState.State state) {
    return switch (state) {
      case READY -> SeenServer.Admin.READY;
      case DRAIN -> SeenServer.Admin.DRAIN;
      case MAINTENANCE -> SeenServer.Admin.MAINTENANCE;
    };
  }

  private static SeenServer with(
      SeenServer server, SeenServer.Admin admin, int weight, int sessions) {
    return new SeenServer(
        server.name(),
        server.address(),
        admin,
        server.running(),
        weight,
        sessions,
        server.backup(),
        server.requests(),
        server.response(),
        server.timed());
  }
}
