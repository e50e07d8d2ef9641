package io.tidecaster.workload;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The HAProxy in front of a workload, as far as Tidecaster may steer it.
 *
 * @param instances the Runtime API of each: {@code host:port}, or the absolute path of its socket
 * @param backend whose servers are the workload's replicas, all of them
 * @param replicaPort where each replica listens
 * @param servers how replicas become servers
 * @param warmUp how long a new replica takes until it bears its full share, as it is stated; zero
 *     for at once
 * @param drainWithin how long a replica that is to go may finish its requests
 * @param weights how much a warm replica gets
 * @param ramping whose warm-up a cold replica's ramp lasts
 */
public record Balance(
    List<String> instances,
    String backend,
    int replicaPort,
    Servers servers,
    Duration warmUp,
    Duration drainWithin,
    Weights weights,
    Ramping ramping) {
  /** More than one pair in each of a few zones; each is asked every few seconds. */
  public static final int MOST_INSTANCES = 16;

  /** A decision falls every minute; a drain ends before the next. */
  public static final Duration LONGEST_DRAIN = Duration.ofSeconds(45);

  private static final Duration LONGEST_WARM_UP = Duration.ofHours(1);
  private static final Pattern INSTANCE =
      Pattern.compile("/[A-Za-z0-9/_.-]{1,89}|[A-Za-z0-9_.:\\[\\]-]{1,255}:[0-9]{1,5}");
  private static final Pattern BACKEND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

  /** How a replica becomes a server of the backend. */
  public enum Servers {
    /** It is put into a server that waits in maintenance. */
    SLOTS("Slots"),
    /** A server is added for it, and deleted after it. */
    DYNAMIC("Dynamic"),
    /** HAProxy finds it by itself; Tidecaster weighs and drains it. */
    DISCOVERED("Discovered");

    private final String label;

    Servers(String label) {
      this.label = label;
    }

    /** The name in the custom resource. */
    public String label() {
      return label;
    }

    /** Reads a {@link #label()}. */
    public static Servers parse(String label) {
      return Arrays.stream(values())
          .filter(servers -> servers.label.equals(label))
          .findFirst()
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "servers \"%s\" is none of %s"
                      .formatted(
                          label,
                          Arrays.stream(values())
                              .map(Servers::label)
                              .collect(Collectors.joining(", ")))));
    }
  }

  /** How much a warm replica gets. */
  public enum Weights {
    /** As much as any other. */
    EQUAL("Equal"),
    /** In proportion to its speed, as the balancer's response times show it. */
    MEASURED("Measured");

    private final String label;

    Weights(String label) {
      this.label = label;
    }

    /** The name in the custom resource. */
    public String label() {
      return label;
    }

    /** Reads a {@link #label()}. */
    public static Weights parse(String label) {
      return Arrays.stream(values())
          .filter(weights -> weights.label.equals(label))
          .findFirst()
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "weights \"%s\" is none of %s"
                      .formatted(
                          label,
                          Arrays.stream(values())
                              .map(Weights::label)
                              .collect(Collectors.joining(", ")))));
    }
  }

  /** How long a ramp lasts. */
  public enum Ramping {
    /**
     * As long as earlier replicas took until they were warm; what is stated until that is known.
     */
    LEARNED("Learned"),
    /** As long as is stated. */
    STATED("Stated");

    private final String label;

    Ramping(String label) {
      this.label = label;
    }

    /** The name in the custom resource. */
    public String label() {
      return label;
    }

    /** Reads a {@link #label()}. */
    public static Ramping parse(String label) {
      return Arrays.stream(values())
          .filter(ramping -> ramping.label.equals(label))
          .findFirst()
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "ramp \"%s\" is none of %s"
                      .formatted(
                          label,
                          Arrays.stream(values())
                              .map(Ramping::label)
                              .collect(Collectors.joining(", ")))));
    }
  }

  /** One whose replicas all get the same once they are warm, after the time that is stated. */
  public Balance(
      List<String> instances,
      String backend,
      int replicaPort,
      Servers servers,
      Duration warmUp,
      Duration drainWithin) {
    this(
        instances,
        backend,
        replicaPort,
        servers,
        warmUp,
        drainWithin,
        Weights.EQUAL,
        Ramping.STATED);
  }

  public Balance {
    instances = List.copyOf(instances);
    if (instances.isEmpty() || instances.size() > MOST_INSTANCES) {
      throw new IllegalArgumentException(
          "%d instances; name 1 to %d".formatted(instances.size(), MOST_INSTANCES));
    }
    for (String instance : instances) {
      if (!INSTANCE.matcher(instance).matches()) {
        throw new IllegalArgumentException(
            "instance \"%s\" is neither host:port nor the absolute path of a socket"
                .formatted(instance));
      }
    }
    if (new HashSet<>(instances).size() < instances.size()) {
      throw new IllegalArgumentException("an instance is named twice; name each once");
    }
    requireBackend(backend);
    if (replicaPort < 1 || replicaPort > 65_535) {
      throw new IllegalArgumentException(
          "port %d is not between 1 and 65535".formatted(replicaPort));
    }
    if (warmUp.isNegative() || warmUp.compareTo(LONGEST_WARM_UP) > 0) {
      throw new IllegalArgumentException("warmUp %s must lie between 0s and 1h".formatted(warmUp));
    }
    if (drainWithin.isNegative() || drainWithin.compareTo(LONGEST_DRAIN) > 0) {
      throw new IllegalArgumentException(
          "drainWithin %s must lie between 0s and 45s; the next decision comes after a minute"
              .formatted(drainWithin));
    }
  }

  /** Refuses what is no name of a backend. */
  public static void requireBackend(String name) {
    if (!BACKEND.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "backend \"%s\" is no name of a backend; use 1 to 63 letters, digits, '_', '.' and '-'"
              .formatted(name));
    }
  }

  /** The same where a ramp lasts so long. */
  public Balance withWarmUp(Duration other) {
    return new Balance(
        instances, backend, replicaPort, servers, other, drainWithin, weights, ramping);
  }

  /** The same where every replica gets the same at once. */
  public Balance withoutWeights() {
    return new Balance(instances, backend, replicaPort, servers, Duration.ZERO, drainWithin);
  }
}
