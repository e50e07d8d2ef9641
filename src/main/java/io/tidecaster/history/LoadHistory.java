package io.tidecaster.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The points of one scaler over the last weeks, by minute; of two points of one minute the last
 * that was put holds. Not safe for use by two threads at once.
 *
 * <p>What a balancer saw of a point is not kept.
 *
 * <p>Memory is taken by the day as points come: 17 kB a day, 29 kB with CPU, 40 kB with memory too,
 * 6 kB more with throttling. Five weeks are 0.6 MB, 1.0 MB with CPU, 1.6 MB with all of it, and 1.1
 * MB more for each container beside of which all is known; {@link #estimateBytes()} says what it
 * is.
 */
public final class LoadHistory {

  /** Five weeks: what a model of weekly seasons is fitted to, and a week to spare. */
  public static final Duration DEFAULT_RETENTION = Duration.ofDays(35);

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MINUTES_OF_DAY = 1_440;
  private static final long NOTHING = Long.MIN_VALUE;

  private final int retentionMinutes;
  private final @Nullable Day[] days;
  private long newest = NOTHING;

  /** Minutes from one time to another of which the load is not known. */
  public record Gap(Instant from, Instant to) {
    public Duration length() {
      return Duration.between(from, to);
    }
  }

  /** What a container beside used by minute. */
  private static final class Use {
    final double[] cpu = Day.filledWithNaN();
    final short[] cpuReporting = new short[MINUTES_OF_DAY];
    double @Nullable [] memory;
    float @Nullable [] throttled;

    void put(int minute, ContainerUse use) {
      cpu[minute] = use.cpuCores().orElse(Double.NaN);
      cpuReporting[minute] = (short) Math.clamp(use.cpuReporting(), 0, Short.MAX_VALUE);
      if (memory == null && use.largestMemoryBytes().isPresent()) {
        memory = Day.filledWithNaN();
      }
      if (memory != null) {
        memory[minute] = use.largestMemoryBytes().orElse(Double.NaN);
      }
      if (throttled == null && use.throttledShare().isPresent()) {
        throttled = new float[MINUTES_OF_DAY];
        Arrays.fill(throttled, Float.NaN);
      }
      if (throttled != null) {
        throttled[minute] = (float) use.throttledShare().orElse(Double.NaN);
      }
    }

    ContainerUse at(int minute) {
      return new ContainerUse(
          Day.known(cpu[minute]),
          cpuReporting[minute],
          Day.known(memory == null ? Double.NaN : memory[minute]),
          Day.known(throttled == null ? Double.NaN : throttled[minute]));
    }

    long estimateBytes() {
      return 24
          + 2 * 16
          + 10L * MINUTES_OF_DAY
          + (memory == null ? 0 : 16 + 8L * MINUTES_OF_DAY)
          + (throttled == null ? 0 : 16 + 4L * MINUTES_OF_DAY);
    }
  }

  private static final class Day {
    private static final short NEVER_PUT = -1;

    final long number;
    final double[] load = filledWithNaN();
    final short[] reporting = new short[MINUTES_OF_DAY];
    final short[] silent = new short[MINUTES_OF_DAY];
    double @Nullable [] cpu;
    short @Nullable [] cpuReporting;
    double @Nullable [] memory;
    float @Nullable [] throttled;
    private final Map<String, Use> beside = new TreeMap<>();

    Day(long number) {
      this.number = number;
      Arrays.fill(reporting, NEVER_PUT);
    }

    void put(int minute, LoadPoint point) {
      load[minute] = point.load().orElse(Double.NaN);
      reporting[minute] = (short) Math.clamp(point.reporting(), 0, Short.MAX_VALUE);
      silent[minute] = (short) Math.clamp(point.silent(), 0, Short.MAX_VALUE);
      if (cpu == null && point.cpuCores().isPresent()) {
        cpu = filledWithNaN();
      }
      if (cpu != null) {
        cpu[minute] = point.cpuCores().orElse(Double.NaN);
      }
      if (cpuReporting == null && point.cpuReporting() != asManyOfCpu(minute)) {
        cpuReporting = new short[MINUTES_OF_DAY];
        Arrays.fill(cpuReporting, NEVER_PUT);
      }
      if (cpuReporting != null) {
        cpuReporting[minute] = (short) Math.clamp(point.cpuReporting(), 0, Short.MAX_VALUE);
      }
      if (memory == null && point.largestMemoryBytes().isPresent()) {
        memory = filledWithNaN();
      }
      if (memory != null) {
        memory[minute] = point.largestMemoryBytes().orElse(Double.NaN);
      }
      if (throttled == null && point.throttledShare().isPresent()) {
        throttled = new float[MINUTES_OF_DAY];
        Arrays.fill(throttled, Float.NaN);
      }
      if (throttled != null) {
        throttled[minute] = (float) point.throttledShare().orElse(Double.NaN);
      }
      point.beside().keySet().forEach(name -> beside.computeIfAbsent(name, _ -> new Use()));
      beside.forEach(
          (name, use) -> use.put(minute, point.beside().getOrDefault(name, ContainerUse.UNKNOWN)));
    }

    private Map<String, ContainerUse> beside(int minute) {
      Map<String, ContainerUse> used = new TreeMap<>();
      beside.forEach((name, use) -> {
        ContainerUse at = use.at(minute);
        if (at.isKnown()) {
          used.put(name, at);
        }
      });
      return used;
    }

    /** Replicas report their CPU with their load, but where a balancer reports the load. */
    private int asManyOfCpu(int minute) {
      return cpu == null || Double.isNaN(cpu[minute]) ? 0 : reporting[minute];
    }

    private int cpuReporting(int minute) {
      return cpuReporting == null || cpuReporting[minute] == NEVER_PUT
          ? asManyOfCpu(minute)
          : cpuReporting[minute];
    }

    boolean has(int minute) {
      return reporting[minute] != NEVER_PUT;
    }

    double load(int minute) {
      return silent[minute] > reporting[minute] ? Double.NaN : load[minute];
    }

    double cpu(int minute) {
      return cpu == null || silent[minute] > reporting[minute] ? Double.NaN : cpu[minute];
    }

    LoadPoint point(int minute, Instant start) {
      return new LoadPoint(
          start,
          known(load[minute]),
          known(cpu == null ? Double.NaN : cpu[minute]),
          reporting[minute],
          silent[minute],
          cpuReporting(minute),
          Optional.empty(),
          known(memory == null ? Double.NaN : memory[minute]),
          known(throttled == null ? Double.NaN : throttled[minute]),
          beside(minute));
    }

    private static OptionalDouble known(double value) {
      return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static double[] filledWithNaN() {
      double[] values = new double[MINUTES_OF_DAY];
      Arrays.fill(values, Double.NaN);
      return values;
    }
  }

  private interface Column {
    double at(Day day, int minute);
  }

  public LoadHistory() {
    this(DEFAULT_RETENTION);
  }

  /**
   * A history without a point.
   *
   * @param retention points older than the newest by this much or more are dropped
   */
  public LoadHistory(Duration retention) {
    if (retention.compareTo(MINUTE) < 0 || retention.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException(
          "retention %s must lie between 1 minute and 366 days".formatted(retention));
    }
    retentionMinutes = Math.toIntExact(retention.toMinutes());
    days = new Day[Math.ceilDiv(retentionMinutes, MINUTES_OF_DAY) + 1];
  }

  /** Puts a point, in any order; one older than the retention changes nothing. */
  public void put(LoadPoint point) {
    long minute = minuteOf(point.minute());
    if (newest != NOTHING && minute <= newest - retentionMinutes) {
      return;
    }
    newest = Math.max(newest, minute);
    long number = Math.floorDiv(minute, (long) MINUTES_OF_DAY);
    int slot = slotOf(number);
    Day day = days[slot];
    if (day == null || day.number != number) {
      day = new Day(number);
      days[slot] = day;
    }
    day.put(Math.floorMod(minute, MINUTES_OF_DAY), point);
  }

  /** The point of the newest minute that was put, its load known or not. */
  public Optional<LoadPoint> last() {
    return newest == NOTHING ? Optional.empty() : pointAt(newest);
  }

  /** The newest point with a known load of which most replicas reported. */
  public Optional<LoadPoint> lastKnown() {
    for (long minute = newest; newest != NOTHING && isKept(minute); minute--) {
      if (!Double.isNaN(valueAt(minute, Day::load))) {
        return pointAt(minute);
      }
    }
    return Optional.empty();
  }

  /** The point of the minute that starts at or around this time. */
  public Optional<LoadPoint> at(Instant time) {
    return pointAt(minuteOf(time));
  }

  /** The end of the newest minute that was put. */
  public Optional<Instant> newestEnd() {
    return newest == NOTHING ? Optional.empty() : Optional.of(startOf(newest + 1));
  }

  /** The start of the oldest minute that is kept. */
  public Optional<Instant> oldestStart() {
    for (long minute = newest - retentionMinutes + 1; newest != NOTHING && minute <= newest; ) {
      Day day = dayOf(minute);
      if (day == null) {
        minute = (Math.floorDiv(minute, (long) MINUTES_OF_DAY) + 1) * MINUTES_OF_DAY;
      } else if (day.has(Math.floorMod(minute, MINUTES_OF_DAY))) {
        return Optional.of(startOf(minute));
      } else {
        minute++;
      }
    }
    return Optional.empty();
  }

  /**
   * The load by minute over all of [from, to), a gap where it is not known or most replicas were
   * silent. Both times are rounded down to the minute.
   */
  public Series load(Instant from, Instant to) {
    return column(from, to, Day::load);
  }

  /** The CPU used by minute over all of [from, to), in cores; else as {@link #load}. */
  public Series cpu(Instant from, Instant to) {
    return column(from, to, Day::cpu);
  }

  /** The runs of minutes in [from, to) without a known load, in order: what to fill. */
  public List<Gap> gaps(Instant from, Instant to) {
    Series load = load(from, to);
    List<Gap> gaps = new ArrayList<>();
    int i = 0;
    while (i < load.size()) {
      int start = i;
      while (i < load.size() && !load.isPresent(i)) {
        i++;
      }
      if (i > start) {
        gaps.add(new Gap(load.timeOf(start), load.timeOf(i)));
      }
      i++;
    }
    return List.copyOf(gaps);
  }

  /** Heap bytes held, by the sizes of HotSpot with compressed references. */
  public long estimateBytes() {
    long bytes = 32 + 16 + 4L * days.length;
    for (Day day : days) {
      if (day != null) {
        bytes += 40 + 2 * (16 + 2L * MINUTES_OF_DAY) + 16 + 8L * MINUTES_OF_DAY;
        bytes += day.cpu == null ? 0 : 16 + 8L * MINUTES_OF_DAY;
        bytes += day.cpuReporting == null ? 0 : 16 + 2L * MINUTES_OF_DAY;
        bytes += day.memory == null ? 0 : 16 + 8L * MINUTES_OF_DAY;
        bytes += day.throttled == null ? 0 : 16 + 4L * MINUTES_OF_DAY;
        bytes += day.beside.values().stream().mapToLong(Use::estimateBytes).sum();
      }
    }
    return bytes;
  }

  private Series column(Instant from, Instant to, Column column) {
    long first = minuteOf(from);
    long count = minuteOf(to) - first;
    if (count < 0 || count > retentionMinutes) {
      throw new IllegalArgumentException(
          "%d minutes from %s to %s, of at most %d kept; ask for less or raise the retention"
              .formatted(count, from, to, retentionMinutes));
    }
    double[] values = new double[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = valueAt(first + i, column);
    }
    return Series.of(startOf(first), MINUTE, values);
  }

  private double valueAt(long minute, Column column) {
    Day day = dayOf(minute);
    return day == null ? Double.NaN : column.at(day, Math.floorMod(minute, MINUTES_OF_DAY));
  }

  private Optional<LoadPoint> pointAt(long minute) {
    Day day = dayOf(minute);
    int minuteOfDay = Math.floorMod(minute, MINUTES_OF_DAY);
    return day != null && day.has(minuteOfDay)
        ? Optional.of(day.point(minuteOfDay, startOf(minute)))
        : Optional.empty();
  }

  private @Nullable Day dayOf(long minute) {
    if (!isKept(minute)) {
      return null;
    }
    long number = Math.floorDiv(minute, (long) MINUTES_OF_DAY);
    Day day = days[slotOf(number)];
    return day != null && day.number == number ? day : null;
  }

  private boolean isKept(long minute) {
    return newest != NOTHING && minute <= newest && minute > newest - retentionMinutes;
  }

  private int slotOf(long dayNumber) {
    return Math.floorMod(dayNumber, days.length);
  }

  private static long minuteOf(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), 60L);
  }

  private static Instant startOf(long minute) {
    return Instant.ofEpochSecond(minute * 60);
  }
}
