package io.tidecaster.balance;

/** From where HAProxy has servers that do not stand in its configuration one by one. */
public sealed interface Discovery {
  /** More places than any fleet of ours has replicas; HAProxy checks and lists each of them. */
  int MOST_SLOTS = 1_000;

  /** From nowhere: those that are named are all. */
  record None() implements Discovery {}

  /** Empty places, in maintenance, that Tidecaster fills through the Runtime API. */
  record Slots(int count) implements Discovery {
    public Slots {
      Words.requireBetween("slots", count, 1, MOST_SLOTS);
    }
  }

  /**
   * HAProxy asks the DNS for the addresses behind one name, as of a headless Service.
   *
   * @param name whose A records are the servers; the port is each server's
   * @param nameServer the DNS server that is asked
   * @param count most servers that are taken
   */
  record Dns(Address name, Address nameServer, int count) implements Discovery {
    public Dns {
      Words.requireBetween("slots", count, 1, MOST_SLOTS);
    }
  }
}
