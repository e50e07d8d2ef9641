package io.tidecaster.balance;

import java.util.Arrays;
import java.util.stream.Collectors;

/// How a balancer chooses a server, and what HAProxy lets one change while it runs.
///
/// | label | HAProxy | weights while it runs |
/// | --- | --- | --- |
/// | `roundrobin` | `roundrobin` | any |
/// | `weighted-roundrobin` | `roundrobin` with a weight each | any |
/// | `random` | `random(1)` | any |
/// | `power-of-two` | `random(2)`: two by chance, the less loaded of them | any |
/// | `leastconn` | `leastconn` | any |
/// | `source` | `source` | 0 and 100 % of the configured one |
/// | `static-rr` | `static-rr` | 0 and 100 % of the configured one |
///
/// HAProxy's own `random` without a number draws twice.
public enum Algorithm {
  ROUND_ROBIN("roundrobin", "roundrobin", true),
  WEIGHTED_ROUND_ROBIN("weighted-roundrobin", "roundrobin", true),
  RANDOM("random", "random(1)", true),
  POWER_OF_TWO("power-of-two", "random(2)", true),
  LEAST_CONNECTIONS("leastconn", "leastconn", true),
  SOURCE("source", "source", false),
  STATIC_ROUND_ROBIN("static-rr", "static-rr", false);

  private final String label;
  private final String directive;
  private final boolean dynamic;

  Algorithm(String label, String directive, boolean dynamic) {
    this.label = label;
    this.directive = directive;
    this.dynamic = dynamic;
  }

  /** The name on the command line and over REST. */
  public String label() {
    return label;
  }

  /** What stands after {@code balance} in HAProxy's configuration. */
  String directive() {
    return directive;
  }

  /** Whether weights may change, and servers be added, while HAProxy runs. */
  public boolean isDynamic() {
    return dynamic;
  }

  /** Reads a {@link #label()}. */
  public static Algorithm parse(String label) {
    return Arrays.stream(values())
        .filter(algorithm -> algorithm.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "algorithm %s is none of %s".formatted(Words.shown(label), labels())));
  }

  /** All labels, as an error or a help text lists them. */
  public static String labels() {
    return Arrays.stream(values()).map(Algorithm::label).collect(Collectors.joining(", "));
  }
}
