package io.tidecaster.history;

import io.tidecaster.workload.SeriesSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes one point a minute of the samples of one scaler. Not safe for use by two threads at once.
 *
 * <p><b>When a minute closes.</b> The watermark is the time of the newest sample. A minute closes
 * when the watermark is {@link AssemblyRules#allowedLateness()} past its end and each live series
 * was sampled after its end, or is overdue: nothing came for 1.5 of its longest recent interval,
 * and the lateness. So for scrapes every 15 s a minute closes 15 s to 30 s after its end; for
 * scrapes every 60 s, when the slowest replica has come round, up to 75 s after, and what is
 * reported is measured and not guessed. That depends on the samples and on their order alone, so
 * the same topic gives the same points. {@link #close(Instant)} closes on the clock too: a minute
 * to which nothing can be added, and one in which everything fell silent.
 *
 * <p><b>What a minute says</b> is the sum over the series, told by {@code SeriesTrack}, over the
 * part of the minute in which any of them was observed; with too little of it, or without any
 * series that bears witness, the load is unknown, never zero. A replica reports if one of its
 * series does; it is silent if none does and not all of them ended by a stale marker.
 *
 * <p>Of the memory it says the largest of a replica; no minute waits for that, nor for how often
 * limits held the replicas back, nor for anything of the containers beside.
 *
 * <p><b>Order.</b> Samples that are at most the allowed lateness behind the watermark may come in
 * any order. Of a series that is not sampled regularly this holds but for the one interval that
 * lies across the end of a minute. A later sample leaves closed minutes as they are, is counted,
 * and still tells where its series stood.
 */
public final class MinuteAssembler {
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long UNSET = Long.MIN_VALUE;

  /** Times beyond are no times; far enough from the end of a long to add to. */
  private static final long FURTHEST_MILLIS = 1L << 53;

  private final AssemblyRules rules;
  private final SignalTracks load;
  private final Map<Signal, SignalTracks> signals = new EnumMap<>(Signal.class);
  private final Optional<LargestOfMinute> memory;
  private final Map<String, ContainerTracks> beside = new TreeMap<>();
  private final List<LoadPoint> closed = new ArrayList<>();

  private long watermark = UNSET;
  private long openMinute = UNSET;
  private boolean closedAny;
  private @Nullable SeriesTrack awaited;
  private long awaitedUntil = UNSET;
  private long neededAtReturn = Long.MAX_VALUE;
  private long oldestSinceReturn = Long.MAX_VALUE;

  private long accepted;
  private long late;
  private long duplicate;
  private long resets;
  private long invalid;
  private long stale;
  private long ahead;
  private long refused;

  /**
   * Totals since this was made; none ever falls. Each sample is counted in one of them, besides
   * {@code resets}.
   *
   * @param accepted samples used for their minute
   * @param late samples whose minute was closed
   * @param duplicate samples of a time at which the series had one
   * @param resets counters that started again, seen in closed minutes
   * @param invalid NaN other than the stale marker, infinite values, negative counters, times that
   *     are none, and samples of a signal the scaler has not
   * @param stale stale markers
   * @param ahead samples too far ahead of the clock
   * @param refused samples beyond the bound of series or of samples a series
   */
  public record Counts(
      long accepted,
      long late,
      long duplicate,
      long resets,
      long invalid,
      long stale,
      long ahead,
      long refused) {

    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

    /** What came since then. */
    public Counts minus(Counts then) {
      return new Counts(
          accepted - then.accepted,
          late - then.late,
          duplicate - then.duplicate,
          resets - then.resets,
          invalid - then.invalid,
          stale - then.stale,
          ahead - then.ahead,
          refused - then.refused);
    }
  }

  public MinuteAssembler(SignalTypes types, AssemblyRules rules) {
    this.rules = rules;
    this.load = new SignalTracks(types.load(), rules);
    types.bySignal().forEach((signal, type) -> signals.put(signal, new SignalTracks(type, rules)));
    signals.put(Signal.LOAD, load);
    this.memory = types.hasMemory() ? Optional.of(new LargestOfMinute()) : Optional.empty();
    types.beside().forEach((name, of) -> beside.put(name, new ContainerTracks(of, rules)));
  }

  /**
   * Takes a sample.
   *
   * @param now the time of the clock by which the samples are stamped, to refuse a sample from its
   *     future, which would close all minutes until then
   */
  public void accept(Sample sample, Instant now) {
    long time = sample.timestampMillis();
    double value = sample.value();
    if (time < -FURTHEST_MILLIS || time > FURTHEST_MILLIS) {
      invalid++;
      return;
    }
    if (time > millis(now) + rules.maxAhead().toMillis()) {
      ahead++;
      return;
    }
    watermark = Math.max(watermark, time);
    Optional<LargestOfMinute> largest = memoryOf(sample.container());
    if (sample.signal() == Signal.MEMORY && largest.isPresent()) {
      acceptMemory(sample, largest.get());
      return;
    }
    @Nullable SignalTracks signal = tracksOf(sample);
    if (signal == null || !isValid(sample, signal.type())) {
      invalid++;
      closeWhenDue(null);
      return;
    }
    boolean isLate = closedAny && time < openMinute;
    if (isLate && time < openMinute - rules.forgetAfter().toMillis()) {
      late++;
      return;
    }
    @Nullable SeriesTrack track = signal.track(sample.series());
    if (track == null) {
      refused++;
      closeWhenDue(null);
      return;
    }
    switch (track.insert(time, value, rules.maxSamplesPerSeries())) {
      case FULL -> refused++;
      case DUPLICATE -> duplicate++;
      case INSERTED -> {
        oldestSinceReturn = Math.min(oldestSinceReturn, time);
        if (isLate) {
          late++;
          track.dropBefore(openMinute);
        } else if (sample.endsSeries()) {
          stale++;
        } else {
          accepted++;
        }
      }
    }
    closeWhenDue(track);
  }

  private Optional<LargestOfMinute> memoryOf(String container) {
    if (container.isEmpty()) {
      return memory;
    }
    ContainerTracks tracks = beside.get(container);
    return tracks == null ? Optional.empty() : tracks.memory();
  }

  private @Nullable SignalTracks tracksOf(Sample sample) {
    if (sample.container().isEmpty()) {
      return signals.get(sample.signal());
    }
    ContainerTracks tracks = beside.get(sample.container());
    return tracks == null ? null : tracks.signal(sample.signal());
  }

  private void acceptMemory(Sample sample, LargestOfMinute largest) {
    long time = sample.timestampMillis();
    if (sample.endsSeries()) {
      stale++;
    } else if (!isValid(sample, SeriesSelector.Type.COUNTER)) {
      invalid++;
    } else if (closedAny && time < openMinute) {
      late++;
    } else if (largest.put(time, sample.value())) {
      oldestSinceReturn = Math.min(oldestSinceReturn, time);
      accepted++;
    } else {
      refused++;
    }
    closeWhenDue(null);
  }

  /**
   * The minutes that closed by the watermark since the last call, in order and without a gap; at
   * most {@link AssemblyRules#maxPointsPerClose()}, the rest next time. This is for a backlog,
   * while the clock says nothing about what has yet to be read. To be called at least once in
   * {@link AssemblyRules#maxSamplesPerSeries()} samples of a series.
   */
  public List<LoadPoint> close() {
    closeByWatermark();
    return returnClosed();
  }

  /**
   * As {@link #close()}, and by the clock: a minute closes {@link AssemblyRules#allowedLateness()}
   * after its end once each series was sampled after its end, and {@link
   * AssemblyRules#maxSilence()} later in any case. Only for who has read all that was sent.
   *
   * @param now the time of the clock by which the samples are stamped
   */
  public List<LoadPoint> close(Instant now) {
    long time = millis(now);
    closeByWatermark();
    while (closed.size() < rules.maxPointsPerClose() && isClosedByClock(time)) {
      closeOpenMinute();
      closeByWatermark();
    }
    return returnClosed();
  }

  /**
   * After a restart: minutes before this one were returned by an earlier run. Samples from before
   * still say where the series stood.
   *
   * @throws IllegalStateException if a minute was closed already
   */
  public void resumeAt(Instant firstOpenMinute) {
    if (closedAny) {
      throw new IllegalStateException(
          "minutes up to %s are closed; resume a new assembler"
              .formatted(Instant.ofEpochMilli(openMinute)));
    }
    openMinute = floorToMinute(millis(firstOpenMinute));
    neededAtReturn = neededNow();
  }

  /**
   * Of the samples taken so far those before this time are not needed to go on after the minutes
   * returned so far; empty if none is. It lies at most {@link AssemblyRules#forgetAfter()} before
   * the first minute that was not returned. Who starts again resumes a new assembler at that
   * minute, gives it these samples and all that came after, in the same order, and gets the same
   * points.
   */
  public Optional<Instant> neededFrom() {
    long needed = closed.isEmpty() ? neededNow() : Math.min(neededAtReturn, oldestSinceReturn);
    return needed == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(needed));
  }

  /** The time of the newest sample. */
  public Optional<Instant> watermark() {
    return watermark == UNSET ? Optional.empty() : Optional.of(Instant.ofEpochMilli(watermark));
  }

  public Counts counts() {
    return new Counts(accepted, late, duplicate, resets, invalid, stale, ahead, refused);
  }

  /** Heap bytes held, by the sizes of HotSpot with compressed references. */
  public long estimateBytes() {
    return 200
        + signals.values().stream().mapToLong(SignalTracks::estimateBytes).sum()
        + memory.map(LargestOfMinute::estimateBytes).orElse(0L)
        + beside.values().stream().mapToLong(ContainerTracks::estimateBytes).sum()
        + 88L * closed.size();
  }

  private static boolean isValid(Sample sample, SeriesSelector.Type type) {
    double value = sample.value();
    return sample.endsSeries()
        || (Double.isFinite(value) && (type == SeriesSelector.Type.GAUGE || value >= 0));
  }

  private void closeWhenDue(@Nullable SeriesTrack changed) {
    if (watermark < firstOpenMinute() + MINUTE + rules.allowedLateness().toMillis()) {
      return;
    }
    if (awaited != null && awaited != changed && watermark < awaitedUntil) {
      return;
    }
    closeByWatermark();
  }

  private void closeByWatermark() {
    while (closed.size() < rules.maxPointsPerClose() && hasOpenMinute()) {
      long end = firstOpenMinute() + MINUTE;
      if (watermark < end + rules.allowedLateness().toMillis()) {
        return;
      }
      awaited = unsettled(end);
      if (awaited != null) {
        awaitedUntil = awaited.settledAt(end);
        return;
      }
      closeOpenMinute();
    }
  }

  private @Nullable SeriesTrack unsettled(long end) {
    for (Map.Entry<Signal, SignalTracks> signal : signals.entrySet()) {
      SeriesTrack unsettled =
          signal.getKey().isAwaited() ? signal.getValue().unsettled(end, watermark) : null;
      if (unsettled != null) {
        return unsettled;
      }
    }
    return null;
  }

  private boolean isClosedByClock(long now) {
    if (!hasOpenMinute()) {
      return false;
    }
    long end = firstOpenMinute() + MINUTE;
    long due = end + rules.allowedLateness().toMillis();
    if (now >= due + rules.maxSilence().toMillis()) {
      return true;
    }
    return now >= due
        && !load.isEmpty()
        && signals.entrySet().stream()
            .allMatch(signal -> !signal.getKey().isAwaited() || signal.getValue().isComplete(end));
  }

  private void closeOpenMinute() {
    long start = firstOpenMinute();
    long end = start + MINUTE;
    if (!closedAny) {
      dropBefore(start);
      closedAny = true;
    }
    Map<Signal, SignalTracks.Measured> measured = new EnumMap<>(Signal.class);
    signals.forEach((signal, tracks) -> measured.put(signal, tracks.measure(start, end)));
    SignalTracks.Measured ofLoad = read(measured, Signal.LOAD);
    SignalTracks.Measured ofCpu = read(measured, Signal.CPU);
    resets += ofLoad.resets() + ofCpu.resets();
    Map<String, ContainerUse> used = new TreeMap<>();
    beside.forEach((name, tracks) -> {
      ContainerUse use = tracks.measure(start, end);
      if (use.isKnown()) {
        used.put(name, use);
      }
    });
    closed.add(
        new LoadPoint(
            Instant.ofEpochMilli(start),
            ofLoad.known(),
            ofCpu.known(),
            ofLoad.reporting(),
            ofLoad.silent(),
            ofCpu.reporting(),
            Optional.of(queueing(measured)).filter(Queueing::isKnown),
            memory.map(largest -> largest.of(start)).orElse(OptionalDouble.empty()),
            SignalTracks.throttledShare(measured),
            used));
    openMinute = end;
    awaited = null;
    dropBefore(end);
  }

  private static SignalTracks.Measured read(
      Map<Signal, SignalTracks.Measured> measured, Signal signal) {
    return measured.getOrDefault(signal, SignalTracks.Measured.NOTHING);
  }

  private static Queueing queueing(Map<Signal, SignalTracks.Measured> measured) {
    double retries = read(measured, Signal.RETRIES).mean();
    double redispatches = read(measured, Signal.REDISPATCHES).mean();
    return new Queueing(
        known(read(measured, Signal.WAITING).mean()),
        known(retries + redispatches),
        known(read(measured, Signal.REFUSED).mean()));
  }

  private static OptionalDouble known(double mean) {
    return Double.isNaN(mean) ? OptionalDouble.empty() : OptionalDouble.of(mean);
  }

  private void dropBefore(long open) {
    signals.values().forEach(tracks -> tracks.dropBefore(open));
    memory.ifPresent(largest -> largest.dropBefore(open));
    beside.values().forEach(tracks -> tracks.dropBefore(open));
  }

  private List<LoadPoint> returnClosed() {
    List<LoadPoint> points = List.copyOf(closed);
    closed.clear();
    neededAtReturn = neededNow();
    oldestSinceReturn = Long.MAX_VALUE;
    return points;
  }

  private long neededNow() {
    long oldest = memory.map(LargestOfMinute::oldest).orElse(Long.MAX_VALUE);
    for (SignalTracks tracks : signals.values()) {
      oldest = Math.min(oldest, tracks.oldest());
    }
    for (ContainerTracks tracks : beside.values()) {
      oldest = Math.min(oldest, tracks.oldest());
    }
    if (openMinute == UNSET) {
      return oldest;
    }
    long primedFrom = closedAny ? openMinute : openMinute - rules.forgetAfter().toMillis();
    return Math.min(oldest, primedFrom);
  }

  private boolean hasOpenMinute() {
    return openMinute != UNSET || watermark != UNSET;
  }

  /**
   * The first minute that is not closed: at first that of the oldest sample, but no more minutes
   * back from the newest than one close returns, whatever stray times there are.
   */
  private long firstOpenMinute() {
    if (openMinute != UNSET) {
      return openMinute;
    }
    long oldest = Math.min(oldestSinceReturn, neededAtReturn);
    long furthestBack = watermark - rules.maxPointsPerClose() * MINUTE;
    return floorToMinute(Math.max(Math.min(oldest, watermark), furthestBack));
  }

  private static long floorToMinute(long millis) {
    return Math.floorDiv(millis, MINUTE) * MINUTE;
  }

  private static long millis(Instant time) {
    return Math.clamp(time.getEpochSecond(), -FURTHEST_MILLIS / 1000, FURTHEST_MILLIS / 1000) * 1000
        + time.getNano() / 1_000_000;
  }
}
