package io.tidecaster.workload;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the containers of each replica are sized: the one that bears the load, and those beside it.
 *
 * @param leastMillis the smallest CPU request, in thousandths of a core
 * @param mostMillis the largest
 * @param targetUse the share of its request that it may use, 0.8 for 80 %
 * @param podsPerMinute at most so many replicas are resized in a minute
 * @param memory empty where memory is left as it is
 * @param optimise by which prices replicas and their size are one decision; empty where their
 *     number is decided without regard to their size
 * @param templating what of it goes into the template; empty where that is left as it is
 * @param boost more CPU while a replica starts; empty where it has none
 * @param beside the other containers that are sized
 */
public record Vertical(
    String container,
    long leastMillis,
    long mostMillis,
    Values values,
    double targetUse,
    int podsPerMinute,
    Optional<MemorySizing> memory,
    Optional<Prices> optimise,
    Optional<Templating> templating,
    Optional<StartupBoost> boost,
    List<BesideContainer> beside) {

  /** Containers of a replica that are sized, at most. */
  public static final int MOST_CONTAINERS = 5;

  /** One container alone. */
  public Vertical(
      String container,
      long leastMillis,
      long mostMillis,
      Values values,
      double targetUse,
      int podsPerMinute,
      Optional<MemorySizing> memory,
      Optional<Prices> optimise,
      Optional<Templating> templating,
      Optional<StartupBoost> boost) {
    this(
        container,
        leastMillis,
        mostMillis,
        values,
        targetUse,
        podsPerMinute,
        memory,
        optimise,
        templating,
        boost,
        List.of());
  }

  /** What the kubelet takes for a resize, with some to spare. */
  private static final Duration ONE_RESIZE = Duration.ofSeconds(30);

  /** One that leaves memory as it is. */
  public Vertical(
      String container,
      long leastMillis,
      long mostMillis,
      Values values,
      double targetUse,
      int podsPerMinute) {
    this(
        container,
        leastMillis,
        mostMillis,
        values,
        targetUse,
        podsPerMinute,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with that of it in the template. */
  public Vertical with(Templating other) {
    return with(Optional.of(other), boost, beside);
  }

  /** The same with more CPU while a replica starts. */
  public Vertical with(StartupBoost other) {
    return with(templating, Optional.of(other), beside);
  }

  /** The same with other containers beside. */
  public Vertical with(List<BesideContainer> others) {
    return with(templating, boost, others);
  }

  private Vertical with(
      Optional<Templating> template,
      Optional<StartupBoost> whileStarting,
      List<BesideContainer> others) {
    return new Vertical(
        container,
        leastMillis,
        mostMillis,
        values,
        targetUse,
        podsPerMinute,
        memory,
        optimise,
        template,
        whileStarting,
        others);
  }

  /** How each of the containers is sized by itself, the one that bears the load first. */
  public List<Vertical> containers() {
    return Stream.concat(
            Stream.of(with(templating, boost, List.of())), beside.stream().map(this::of))
        .toList();
  }

  /** A container beside: neither its number nor its start-up is decided on. */
  private Vertical of(BesideContainer other) {
    return new Vertical(
        other.name(),
        other.leastMillis(),
        other.mostMillis(),
        other.values(),
        other.targetUse(),
        podsPerMinute,
        other.memory(),
        Optional.empty(),
        templating,
        Optional.empty());
  }

  /**
   * From a resize until all of so many replicas bear more, at the stated pace: 30 s, and a minute
   * for each {@link #podsPerMinute} beyond the first.
   */
  public Duration resizeTime(int replicas) {
    int minutes = Math.ceilDiv(Math.max(1, replicas), podsPerMinute) - 1;
    return ONE_RESIZE.plusMinutes(minutes);
  }

  /** What a starting container is given that is to have so much: within its bounds. */
  public long boosted(long millis) {
    return boost
        .map(known -> Math.max(millis, Math.min(mostMillis, known.of(millis))))
        .orElse(millis);
  }

  /** How a rollout carries a size; empty where none does. */
  public Optional<Templating> rollout() {
    return templating.filter(known -> known.way().rollsOut());
  }

  /** What of the resources is changed. */
  public enum Values {
    /** The request alone; it stays no larger than the limit. */
    REQUESTS_ONLY("RequestsOnly"),
    /** The limit too, in the proportion that it has to the request. */
    REQUESTS_AND_LIMITS("RequestsAndLimits");

    private final String label;

    Values(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /**
     * The ones of that label.
     *
     * @throws IllegalArgumentException where there are none
     */
    public static Values parse(String label) {
      return Arrays.stream(values())
          .filter(values -> values.label.equals(label))
          .findFirst()
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "\"%s\" is none of %s"
                      .formatted(
                          label,
                          Arrays.stream(values())
                              .map(Values::label)
                              .collect(Collectors.joining(", ")))));
    }
  }

  public Vertical {
    beside = List.copyOf(beside);
    if (beside.size() >= MOST_CONTAINERS) {
      throw new IllegalArgumentException(
          "%d containers are given, at most %d are sized; leave out those that use least"
              .formatted(beside.size() + 1, MOST_CONTAINERS));
    }
    Set<String> names = new HashSet<>(Set.of(container));
    beside.stream()
        .map(BesideContainer::name)
        .filter(name -> !names.add(name))
        .findFirst()
        .ifPresent(name -> {
          throw new IllegalArgumentException(
              "container \"%s\" is given twice; give it once".formatted(name));
        });
    if (container.isBlank()) {
      throw new IllegalArgumentException("name is empty; name the container to size");
    }
    if (leastMillis < 1) {
      throw new IllegalArgumentException(
          "minAllowed.cpu %dm < 1m; give what the container idles with".formatted(leastMillis));
    }
    if (leastMillis > mostMillis) {
      throw new IllegalArgumentException(
          "minAllowed.cpu %dm > maxAllowed.cpu %dm; lower the one or raise the other"
              .formatted(leastMillis, mostMillis));
    }
    if (!(targetUse > 0 && targetUse <= 1)) {
      throw new IllegalArgumentException(
          "targetUtilization %s must be above 0%% and at most 100%%".formatted(targetUse));
    }
    boost
        .map(StartupBoost::cpuMillis)
        .filter(cpu -> cpu.orElse(0) > mostMillis)
        .ifPresent(cpu -> {
          throw new IllegalArgumentException(
              "startupBoost.cpu %dm > maxAllowed.cpu %dm; lower the one or raise the other"
                  .formatted(cpu.getAsLong(), mostMillis));
        });
    if (podsPerMinute < 1 || podsPerMinute > 1000) {
      throw new IllegalArgumentException(
          "podsPerMinute %d must lie between 1 and 1000".formatted(podsPerMinute));
    }
  }
}
