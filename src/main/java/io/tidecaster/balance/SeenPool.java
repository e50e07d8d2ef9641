package io.tidecaster.balance;

import io.tidecaster.pace.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A backend as HAProxy has it.
 *
 * @param algorithm as HAProxy names it
 */
record SeenPool(String algorithm, List<SeenServer> servers) {
  /**
   * The algorithms as HAProxy names them whose weights are not fixed, by hash or by table. HAProxy
   * 2.6 has no name for random, and says "unknown".
   */
  private static final Set<String> DYNAMIC =
      Set.of("roundrobin", "leastconn", "random", "first", "unknown");

  private static final int FORCED_MAINTENANCE = 0x01;
  private static final int INHERITED_MAINTENANCE = 0x02;
  private static final int FORCED_DRAIN = 0x08;
  private static final int INHERITED_DRAIN = 0x10;
  private static final int UNRESOLVED = 0x20;
  private static final int STOPPED = 0;

  /** Counted by their status; all that are timed. */
  private static final List<String> ANSWERS =
      List.of("hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other");

  /** A mean of fewer says little. */
  private static final int ENOUGH_REQUESTS = 1_000;

  SeenPool {
    servers = List.copyOf(servers);
  }

  /**
   * Reads what HAProxy says.
   *
   * @param state the answer to {@code show servers state BACKEND}
   * @param stat the answer to {@code show stat BACKEND 6 -1}
   * @throws RuntimeApiException where these are not such answers
   */
  static SeenPool read(String state, String stat) {
    List<Map<String, String>> stats = table(stat, ",", "# pxname");
    List<SeenServer> servers = new ArrayList<>();
    Map<String, Map<String, String>> byName = new HashMap<>();
    String algorithm = "";
    for (Map<String, String> row : stats) {
      if (field(row, "svname").equals("BACKEND")) {
        algorithm = field(row, "algo");
      } else {
        byName.put(field(row, "svname"), row);
      }
    }
    for (Map<String, String> row : table(state, " ", "# be_id")) {
      String name = field(row, "srv_name");
      Map<String, String> counters = byName.get(name);
      if (counters != null) {
        servers.add(server(name, row, counters));
      }
    }
    return new SeenPool(algorithm, servers);
  }

  /** Whether weights may change, and servers be added. */
  boolean dynamic() {
    return DYNAMIC.contains(algorithm);
  }

  private static SeenServer server(
      String name, Map<String, String> row, Map<String, String> counters) {
    return new SeenServer(
        name,
        address(field(row, "srv_addr"), number(row, "srv_port")),
        admin(number(row, "srv_admin_state")),
        number(row, "srv_op_state") != STOPPED,
        number(row, "srv_uweight"),
        number(counters, "scur") + number(counters, "qcur"),
        number(counters, "bck") == 1,
        count(counters, "stot"),
        response(counters),
        timed(counters));
  }

  private static Timed timed(Map<String, String> counters) {
    long answers = ANSWERS.stream().mapToLong(status -> count(counters, status)).sum();
    return new Timed(answers, Math.max(0, number(counters, "rtime")));
  }

  /** HAProxy averages over the last 1024 requests, and says 0 before the first. */
  private static Optional<Duration> response(Map<String, String> counters) {
    return count(counters, "stot") < ENOUGH_REQUESTS
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(1, number(counters, "rtime"))));
  }

  private static SeenServer.Admin admin(int flags) {
    if ((flags & (FORCED_MAINTENANCE | INHERITED_MAINTENANCE)) != 0) {
      return SeenServer.Admin.MAINTENANCE;
    }
    if ((flags & UNRESOLVED) != 0) {
      return SeenServer.Admin.UNRESOLVED;
    }
    return (flags & (FORCED_DRAIN | INHERITED_DRAIN)) != 0
        ? SeenServer.Admin.DRAIN
        : SeenServer.Admin.READY;
  }

  private static Optional<Address> address(String host, int port) {
    try {
      return Optional.of(new Address(host, port));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // "-", or a Unix socket: no replica of ours
    }
  }

  /** Rows by the names in the head, which begins with {@code # }. */
  private static List<Map<String, String>> table(String text, String separator, String head) {
    List<String> columns = List.of();
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(head)) {
        columns = List.of(line.substring(2).strip().split(separator, -1));
      } else if (!columns.isEmpty() && !line.isBlank()) {
        String[] fields = line.split(separator, -1);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < Math.min(columns.size(), fields.length); i++) {
          row.put(columns.get(i), fields[i]);
        }
        rows.add(row);
      }
    }
    if (columns.isEmpty()) {
      throw new RuntimeApiException("HAProxy says " + Words.shown(text.strip()));
    }
    return rows;
  }

  private static String field(Map<String, String> row, String name) {
    String value = row.get(name);
    if (value == null) {
      throw new RuntimeApiException("HAProxy's answer has no " + name + "; is it 2.6 or later?");
    }
    return value;
  }

  private static long count(Map<String, String> counters, String name) {
    String value = field(counters, name);
    try {
      return value.isEmpty() ? 0 : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new RuntimeApiException("HAProxy says %s %s".formatted(name, Words.shown(value)), e);
    }
  }

  private static int number(Map<String, String> row, String name) {
    String value = field(row, name);
    try {
      return value.isEmpty() ? 0 : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new RuntimeApiException("HAProxy says %s %s".formatted(name, Words.shown(value)), e);
    }
  }
}
