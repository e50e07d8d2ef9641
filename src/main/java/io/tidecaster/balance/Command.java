package io.tidecaster.balance;

/** One line to the Runtime API; its words have all passed {@link Words} or {@link Address}. */
sealed interface Command {

  /** The server it is about. */
  String server();

  /** The words behind the backend's name, around it. */
  String text(String backend);

  /** Whether HAProxy's answer means that it has been done. */
  default boolean isDone(String answer) {
    return answer.isBlank();
  }

  /** The one word for it: metric label. */
  default String label() {
    return switch (this) {
      case SetWeight c -> "SetWeight";
      case SetState c -> "SetState";
      case SetAddress c -> "SetAddress";
      case Add c -> "Add";
      case EnableHealth c -> "EnableHealth";
      case Delete c -> "Delete";
    };
  }

  /**
   * A server's share.
   *
   * @param weight 1 to 256; where the weights are fixed, {@link #CONFIGURED}
   */
  record SetWeight(String server, int weight) implements Command {
    /** The one that the configuration gave it. */
    static final int CONFIGURED = -1;

    @Override
    public String text(String backend) {
      return "set server %s/%s weight %s"
          .formatted(backend, server, weight == CONFIGURED ? "100%" : Integer.toString(weight));
    }
  }

  /** What a server is told to be: {@code ready}, {@code drain} or {@code maint}. */
  record SetState(String server, State state) implements Command {
    /** What a server can be told to be. */
    enum State {
      READY("ready"),
      DRAIN("drain"),
      MAINTENANCE("maint");

      private final String word;

      State(String word) {
        this.word = word;
      }
    }

    @Override
    public String text(String backend) {
      return "set server %s/%s state %s".formatted(backend, server, state.word);
    }
  }

  /** Where a server in maintenance is to be found from now on. */
  record SetAddress(String server, Address address) implements Command {
    @Override
    public String text(String backend) {
      return "set server %s/%s addr %s port %d"
          .formatted(backend, server, address.host(), address.port());
    }

    @Override
    public boolean isDone(String answer) {
      return answer.contains("changed from") || answer.contains("no need to change");
    }
  }

  /** A server that was not there; it comes in maintenance. */
  record Add(String server, Address address, int weight) implements Command {
    @Override
    public String text(String backend) {
      return "add server %s/%s %s weight %d check inter 2s fall 3 rise 2"
          .formatted(backend, server, address, weight);
    }

    @Override
    public boolean isDone(String answer) {
      return answer.contains("New server registered");
    }
  }

  /** An added server's checks begin. */
  record EnableHealth(String server) implements Command {
    @Override
    public String text(String backend) {
      return "enable health %s/%s".formatted(backend, server);
    }
  }

  /** A server in maintenance goes. */
  record Delete(String server) implements Command {
    @Override
    public String text(String backend) {
      return "del server %s/%s".formatted(backend, server);
    }

    @Override
    public boolean isDone(String answer) {
      return answer.contains("Server deleted");
    }
  }
}
