package io.tidecaster.sim;

/** How a balancer chooses a server for a request. */
public enum BalancingRule {
  ROUND_ROBIN("roundrobin", "round robin", true),
  STATIC_WEIGHTS("weighted-roundrobin", "weighted round robin", true),
  RANDOM("random", "random", true),
  POWER_OF_TWO("power-of-two", "power of two", true),
  LEAST_CONNECTIONS("leastconn", "least connections", true),
  SOURCE_HASH("source", "source hash", false);

  private final String label;
  private final String words;
  private final boolean weighted;

  BalancingRule(String label, String words, boolean weighted) {
    this.label = label;
    this.words = words;
    this.weighted = weighted;
  }

  /** The name as {@code tidecaster haproxy --algorithm} takes it. */
  public String label() {
    return label;
  }

  /** For a person. */
  public String words() {
    return words;
  }

  /** Whether a cold server can be given less for a while. */
  boolean isWeighted() {
    return weighted;
  }
}
