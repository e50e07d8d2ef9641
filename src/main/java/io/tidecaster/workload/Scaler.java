package io.tidecaster.workload;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One workload and how it is to be scaled: the custom resource's {@code spec} in the vocabulary of
 * the core.
 *
 * @param load what arrives: the variable that is forecast
 * @param cpu CPU used by the replicas, in cores; capacity is learned from it
 * @param objective what one replica may bear before its users feel it; more is a violation
 * @param hpaObjective what an HPA of this workload is given, for the comparison beside: usually
 *     less than {@code objective}, the slack that a late scaler needs
 * @param serviceLevel the probability with which the replicas are to suffice, 0.95 for 95 %
 * @param actuation through what the replicas are changed
 * @param calendar when its users work
 * @param schedule other bounds at their time; of several that overlap the last holds
 * @param balance the balancer in front that Tidecaster may steer
 * @param promotion when its advice is followed though the mode is Advisory; empty for never
 * @param vertical how large its replicas are; empty where they are left as they are
 * @param pressure how a balancer in front shows a shortage; empty where none is asked
 * @param throttling how CPU limits show that they hold the replicas back; empty where nobody asks
 */
public record Scaler(
    ScalerId id,
    TargetRef target,
    Mode mode,
    Bounds bounds,
    Source load,
    Optional<Source> cpu,
    Objective objective,
    Objective hpaObjective,
    double serviceLevel,
    LeadTime leadTime,
    Behavior behavior,
    Actuation actuation,
    WorkCalendar calendar,
    List<BoundsWindow> schedule,
    Optional<Balance> balance,
    Optional<Promotion> promotion,
    Optional<Vertical> vertical,
    Optional<PressureSigns> pressure,
    Optional<ThrottlingSigns> throttling) {

  /**
   * A scaler with the same bounds at all times that acts through whoever owns its workload, and
   * whose days are all alike, with no balancer that Tidecaster may steer.
   */
  public Scaler(
      ScalerId id,
      TargetRef target,
      Mode mode,
      Bounds bounds,
      Source load,
      Optional<Source> cpu,
      Objective objective,
      Objective hpaObjective,
      double serviceLevel,
      LeadTime leadTime,
      Behavior behavior) {
    this(
        id,
        target,
        mode,
        bounds,
        load,
        cpu,
        objective,
        hpaObjective,
        serviceLevel,
        leadTime,
        behavior,
        Actuation.AUTO,
        WorkCalendar.NONE,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public Scaler {
    schedule = List.copyOf(schedule);
    if (!(serviceLevel >= 0.5 && serviceLevel < 1)) {
      throw new IllegalArgumentException(
          "serviceLevel %s must be at least 0.5 and below 1".formatted(serviceLevel));
    }
    if (!objective.getClass().equals(hpaObjective.getClass())) {
      throw new IllegalArgumentException(
          "hpaObjective %s is of another kind than objective %s; state both in the same terms"
              .formatted(hpaObjective, objective));
    }
    if (objective instanceof Objective.TargetUtilization && cpu.isEmpty()) {
      throw new IllegalArgumentException(
          "objective.targetUtilization needs usage.cpu; name the CPU series of the replicas");
    }
    if (vertical.isPresent() && cpu.isEmpty()) {
      throw new IllegalArgumentException(
          "vertical needs usage.cpu; name the CPU series of the replicas");
    }
  }

  /** Whether replicas and their size are one decision. */
  public boolean isSizedInOne() {
    return vertical.flatMap(Vertical::optimise).isPresent();
  }

  /** The same with another service level. */
  public Scaler withServiceLevel(double level) {
    return with(mode, bounds, level, calendar, schedule, promotion, vertical);
  }

  /** The same with other bounds. */
  public Scaler within(Bounds other) {
    return other.equals(bounds)
        ? this
        : with(mode, other, serviceLevel, calendar, schedule, promotion, vertical);
  }

  /** The same with another mode. */
  public Scaler withMode(Mode other) {
    return with(other, bounds, serviceLevel, calendar, schedule, promotion, vertical);
  }

  /** The same with other users. */
  public Scaler withCalendar(WorkCalendar other) {
    return with(mode, bounds, serviceLevel, other, schedule, promotion, vertical);
  }

  /** The same with other bounds at their time. */
  public Scaler withSchedule(List<BoundsWindow> other) {
    return with(mode, bounds, serviceLevel, calendar, other, promotion, vertical);
  }

  /** The same on another trial. */
  public Scaler withPromotion(Optional<Promotion> other) {
    return with(mode, bounds, serviceLevel, calendar, schedule, other, vertical);
  }

  /** The same whose replicas are sized like this. */
  public Scaler withVertical(Vertical other) {
    return with(mode, bounds, serviceLevel, calendar, schedule, promotion, Optional.of(other));
  }

  private Scaler with(
      Mode mode,
      Bounds bounds,
      double serviceLevel,
      WorkCalendar calendar,
      List<BoundsWindow> schedule,
      Optional<Promotion> promotion,
      Optional<Vertical> vertical) {
    return new Scaler(
        id,
        target,
        mode,
        bounds,
        load,
        cpu,
        objective,
        hpaObjective,
        serviceLevel,
        leadTime,
        behavior,
        actuation,
        calendar,
        schedule,
        balance,
        promotion,
        vertical,
        pressure,
        throttling);
  }

  /** Where the memory that a replica uses is known from; empty where nobody asks. */
  public Optional<Source> memory() {
    return vertical.flatMap(Vertical::memory).map(MemorySizing::usage);
  }

  /** Where what the containers beside use is known from, by their names. */
  public Map<String, BesideContainer.Sources> beside() {
    Map<String, BesideContainer.Sources> sources = new TreeMap<>();
    vertical.stream()
        .flatMap(sized -> sized.beside().stream())
        .forEach(container -> sources.put(container.name(), container.sources()));
    return sources;
  }

  /** The promotion that is under way: one of a scaler that is to advise. */
  public Optional<Promotion> trial() {
    return mode == Mode.ADVISORY ? promotion : Optional.empty();
  }

  /** Whether the signals come from the same series as the other's: then what was learned holds. */
  public boolean hasSourcesOf(Scaler other) {
    return load.equals(other.load)
        && cpu.equals(other.cpu)
        && pressure.equals(other.pressure)
        && memory().equals(other.memory())
        && throttling.equals(other.throttling)
        && beside().equals(other.beside());
  }
}
