package io.tidecaster.balance;

import io.tidecaster.balance.Command.SetState.State;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Ramp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to tell one HAProxy so that its backend becomes what it should be.
 *
 * <p>It depends on nothing but what is wanted and what is seen, so a reload, another hand or a
 * command that was lost is made good at the next look. Servers are added first; none is drained
 * unless another, which stays, is seen to serve: a backend is never emptied.
 */
record BackendPlan(List<Command> commands, Set<Problem> problems) {
  /** Servers with this before their name were added by us, and are ours to delete. */
  private static final String ADDED = "replica-";

  BackendPlan {
    commands = List.copyOf(commands);
    problems = Set.copyOf(problems);
  }

  /**
   * The commands, in their order.
   *
   * @param wanted the replicas that are ready, those that are to go among them
   */
  static BackendPlan of(Balance balance, List<Replica> wanted, SeenPool seen, Instant now) {
    return new Planning(balance, seen, now).plan(wanted);
  }

  /** The name of a server that is added for an address. */
  static String nameFor(Address address) {
    return ADDED + address.toString().replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-", "");
  }

  private static final class Planning {
    private final Balance balance;
    private final SeenPool seen;
    private final Instant now;
    private final Ramp ramp;
    private final List<Command> commands = new ArrayList<>();
    private final Set<Problem> problems = EnumSet.noneOf(Problem.class);
    private final Map<Address, SeenServer> byAddress = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    Planning(Balance balance, SeenPool seen, Instant now) {
      this.balance = balance;
      this.seen = seen;
      this.now = now;
      this.ramp = new Ramp(balance.warmUp());
    }

    BackendPlan plan(List<Replica> wanted) {
      if (wanted.stream().allMatch(Replica::leaving)) {
        problems.add(wanted.isEmpty() ? Problem.NO_REPLICAS : Problem.WOULD_BE_EMPTY);
        return new BackendPlan(commands, problems);
      }
      match(wanted);
      boolean stays = false;
      for (Replica replica : wanted) {
        if (!replica.leaving()) {
          SeenServer server = byAddress.get(replica.address());
          stays |= server != null && server.isServing();
          serve(replica, server);
        }
      }
      List<SeenServer> going = going(wanted);
      if (!stays && going.stream().anyMatch(server -> server.admin() == SeenServer.Admin.READY)) {
        problems.add(Problem.WOULD_BE_EMPTY);
      } else {
        going.forEach(this::takeOut);
      }
      deleteAdded();
      return new BackendPlan(commands, problems);
    }

    /** A replica's server is the one at its address; one that serves before one in maintenance. */
    private void match(List<Replica> wanted) {
      for (SeenServer server : seen.servers()) {
        if (!server.backup()) {
          server
              .address()
              .ifPresent(address ->
                  byAddress.merge(
                      address, server, (one, other) -> one.isInMaintenance() ? other : one));
        }
      }
      for (Replica replica : wanted) {
        SeenServer server = byAddress.get(replica.address());
        if (server != null) {
          taken.add(server.name());
        }
      }
    }

    private void serve(Replica replica, @Nullable SeenServer server) {
      int full = ramp.weight(Duration.between(replica.readySince(), now));
      if (!seen.dynamic() && full < Ramp.FULL) {
        problems.add(Problem.FIXED_WEIGHTS);
      }
      int weight = Math.max(1, (int) Math.round(full * replica.share()));
      if (server == null) {
        place(replica.address(), weight);
        return;
      }
      weigh(server, weight);
      if (server.admin() == SeenServer.Admin.DRAIN
          || server.admin() == SeenServer.Admin.MAINTENANCE) {
        if (server.name().startsWith(ADDED) && server.isInMaintenance()) {
          commands.add(new Command.EnableHealth(server.name()));
        }
        commands.add(new Command.SetState(server.name(), State.READY));
      }
    }

    private void weigh(SeenServer server, int weight) {
      if (seen.dynamic() && server.weight() != weight) {
        commands.add(new Command.SetWeight(server.name(), weight));
      } else if (!seen.dynamic() && server.weight() == 0) {
        commands.add(new Command.SetWeight(server.name(), Command.SetWeight.CONFIGURED));
      }
    }

    private void place(Address address, int weight) {
      switch (balance.servers()) {
        case DISCOVERED -> problems.add(Problem.NOT_DISCOVERED);
        case DYNAMIC -> add(address, weight);
        case SLOTS -> fill(address, weight);
      }
    }

    private void add(Address address, int weight) {
      if (!seen.dynamic()) {
        problems.add(Problem.STATIC_BACKEND);
        return;
      }
      String name = nameFor(address);
      taken.add(name);
      commands.add(new Command.Add(name, address, weight));
      commands.add(new Command.EnableHealth(name));
      commands.add(new Command.SetState(name, State.READY));
    }

    private void fill(Address address, int weight) {
      SeenServer slot =
          seen.servers().stream()
              .filter(server -> server.admin() == SeenServer.Admin.MAINTENANCE)
              .filter(server -> !server.backup() && server.sessions() == 0)
              .filter(server -> !taken.contains(server.name()))
              .min(Comparator.comparing(SeenServer::name))
              .orElse(null);
      if (slot == null) {
        problems.add(Problem.NO_SLOT);
        return;
      }
      taken.add(slot.name());
      commands.add(new Command.SetAddress(slot.name(), address));
      weigh(slot, weight);
      commands.add(new Command.SetState(slot.name(), State.READY));
    }

    /** Servers of replicas that are to go, and of replicas that are gone. */
    private List<SeenServer> going(List<Replica> wanted) {
      Set<Address> staying = new HashSet<>();
      Set<Address> leaving = new HashSet<>();
      wanted.forEach(replica -> (replica.leaving() ? leaving : staying).add(replica.address()));
      return seen.servers().stream()
          .filter(server -> !server.backup() && !server.isInMaintenance())
          .filter(server -> server.address().map(at -> !staying.contains(at)).orElse(false))
          .filter(server ->
              balance.servers() != Balance.Servers.DISCOVERED
                  || server.address().map(leaving::contains).orElse(false))
          .toList();
    }

    /** First nothing new; when all is finished, or the replica is dead, it is free for another. */
    private void takeOut(SeenServer server) {
      if (server.admin() == SeenServer.Admin.READY) {
        commands.add(new Command.SetState(server.name(), State.DRAIN));
      } else if (!taken.contains(server.name()) && (server.sessions() == 0 || !server.running())) {
        commands.add(new Command.SetState(server.name(), State.MAINTENANCE));
      }
    }

    private void deleteAdded() {
      if (balance.servers() != Balance.Servers.DYNAMIC) {
        return;
      }
      seen.servers().stream()
          .filter(server -> server.name().startsWith(ADDED) && server.isInMaintenance())
          .filter(server -> server.sessions() == 0 && !taken.contains(server.name()))
          .forEach(server -> commands.add(new Command.Delete(server.name())));
    }
  }
}
