package io.tidecaster;

import io.tidecaster.decide.Decision;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.ingest.MinuteRange;
import io.tidecaster.ingest.PrometheusBackfill;
import io.tidecaster.journal.Journal;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.journal.PaceLog;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;

/** Builds the state of scalers from what the topics and Prometheus know of their past. */
final class LineBuilder {
  private static final Logger LOG = Logger.getLogger(LineBuilder.class);
  private static final Duration CATALOG_WITHIN = Duration.ofSeconds(30);
  private static final int BACKFILLS_AT_ONCE = 2;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final int MINUTES_AT_ONCE = 20_000;

  private final PipelineConfig config;
  private final int partitions;
  private final LoadLog loadLog;
  private final Journal journal;
  private final ModeSwitch modes;
  private final PaceLog paces;
  private final KnownFuture future;
  private final Optional<PrometheusBackfill> prometheus;
  private final BooleanSupplier catalogIsWhole;
  private final InstantSource clock;
  private final Semaphore backfills = new Semaphore(BACKFILLS_AT_ONCE);
  private final AtomicInteger backfilling = new AtomicInteger();

  /**
   * @param partitions of the topics that are keyed by scaler
   * @param catalogIsWhole whether all scalers there are have been read
   * @param prometheus empty where none is configured: history then begins with the first sample
   */
  LineBuilder(
      PipelineConfig config,
      int partitions,
      LoadLog loadLog,
      Journal journal,
      ModeSwitch modes,
      PaceLog paces,
      KnownFuture future,
      Optional<PrometheusBackfill> prometheus,
      BooleanSupplier catalogIsWhole,
      InstantSource clock) {
    this.config = config;
    this.partitions = partitions;
    this.loadLog = loadLog;
    this.journal = journal;
    this.modes = modes;
    this.paces = paces;
    this.future = future;
    this.prometheus = prometheus;
    this.catalogIsWhole = catalogIsWhole;
    this.clock = clock;
  }

  /** Whether this scaler's records stand in this partition. */
  boolean isIn(Partition partition, ScalerId id) {
    byte[] key = id.toString().getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % partitions == partition.number();
  }

  /** Waits, within a bound, until it is known which scalers there are. */
  void awaitCatalog() {
    long patience = System.nanoTime() + CATALOG_WITHIN.toNanos();
    try {
      while (!catalogIsWhole.getAsBoolean() && System.nanoTime() < patience) {
        Thread.sleep(Duration.ofMillis(50));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!catalogIsWhole.getAsBoolean()) {
      LOG.warnf("the scalers were not read within %s; going on without", CATALOG_WITHIN);
    }
  }

  /** Gives the partition a line for each of the scalers in it, with all the topics know. */
  void rebuild(Partition partition, Collection<Scaler> scalers) {
    Map<ScalerId, Scaler> here =
        scalers.stream()
            .filter(scaler -> isIn(partition, scaler.id()))
            .collect(Collectors.toMap(Scaler::id, scaler -> scaler));
    if (here.isEmpty()) {
      return;
    }
    Map<ScalerId, TreeMap<Instant, LoadPoint>> points = new TreeMap<>();
    loadLog.read(
        partition.number(),
        (id, point) -> {
          if (here.containsKey(id)) {
            points.computeIfAbsent(id, key -> new TreeMap<>()).put(point.minute(), point);
          }
        });
    awaitJournal();
    here.forEach((id, scaler) -> {
      Collection<LoadPoint> known = points.getOrDefault(id, new TreeMap<>()).values();
      partition.line(id, () -> line(scaler, known));
    });
  }

  private ScalerLine line(Scaler scaler, Collection<LoadPoint> points) {
    LoadHistory history = new LoadHistory();
    points.forEach(history::put);
    MinuteAssembler assembler = new MinuteAssembler(SignalTypes.of(scaler), config.rules());
    history.newestEnd().ifPresent(assembler::resumeAt);
    List<Decision> past =
        new ArrayList<>(
            journal.between(scaler.id(), Instant.MIN, Instant.MAX, config.replayDecisions()));
    ScalerLine line =
        new ScalerLine(
            scaler,
            assembler,
            history,
            future.of(scaler, clock.instant()),
            past.reversed(),
            modes.trust(scaler.id()));
    journal.size(scaler.id()).ifPresent(line::resumeAt);
    return line;
  }

  /**
   * Asks Prometheus, in the background, for what is missing of the past weeks; where it cannot be
   * asked, again later, for what is still missing then.
   *
   * @param write returns when the points stand on the topic
   * @param wanted whether this replica still owns the scaler
   * @param whenDone called with the line's lock held, once all is there that Prometheus has
   */
  void backfill(
      ScalerLine line, Consumer<List<LoadPoint>> write, BooleanSupplier wanted, Runnable whenDone) {
    if (prometheus.isEmpty()
        || !PrometheusBackfill.isPossible(line.scaler())
        || gaps(line, prometheus.get()).isEmpty()) {
      return;
    }
    backfilling.incrementAndGet();
    Thread.ofVirtual()
        .name("backfill-" + line.scaler().id())
        .start(() -> {
          try {
            backfillUntilDone(prometheus.get(), line, write, wanted);
            line.lock().lock();
            try {
              whenDone.run();
            } finally {
              line.lock().unlock();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            backfilling.decrementAndGet();
          }
        });
  }

  /** Whether Prometheus is being asked for any scaler. */
  boolean isBackfilling() {
    return backfilling.get() > 0;
  }

  private void backfillUntilDone(
      PrometheusBackfill source,
      ScalerLine line,
      Consumer<List<LoadPoint>> write,
      BooleanSupplier wanted)
      throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (wanted.getAsBoolean()) {
      backfills.acquire();
      try {
        int minutes = fetch(source, line, write);
        LOG.infof("%s: %d minutes of history from Prometheus", line.scaler().id(), minutes);
        return;
      } catch (RuntimeException e) {
        LOG.warnf(
            "%s: no history from Prometheus, trying again in %s: %s",
            line.scaler().id(), pause, e.getMessage());
      } finally {
        backfills.release();
      }
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private int fetch(PrometheusBackfill source, ScalerLine line, Consumer<List<LoadPoint>> write) {
    int minutes = 0;
    try (Stream<LoadPoint> points = source.points(line.scaler(), gaps(line, source))) {
      for (Iterator<LoadPoint> all = points.iterator(); all.hasNext(); ) {
        List<LoadPoint> some = new ArrayList<>();
        while (all.hasNext() && some.size() < MINUTES_AT_ONCE) {
          some.add(all.next());
        }
        write.accept(some);
        remind(line, some);
        minutes += some.size();
      }
    }
    return minutes;
  }

  /** What is missing before the line's own minutes begin; the later ones are on their way. */
  private List<MinuteRange> gaps(ScalerLine line, PrometheusBackfill source) {
    line.lock().lock();
    try {
      MinuteRange lookback = source.lookback(clock.instant());
      Instant to =
          line.newestEnd().filter(end -> end.isBefore(lookback.to())).orElse(lookback.to());
      return line.gaps(lookback.from(), to).stream()
          .map(gap -> new MinuteRange(gap.from(), gap.to()))
          .toList();
    } finally {
      line.lock().unlock();
    }
  }

  private static void remind(ScalerLine line, List<LoadPoint> points) {
    line.lock().lock();
    try {
      line.remindOf(points);
    } finally {
      line.lock().unlock();
    }
  }

  private void awaitJournal() {
    try {
      while (!modes.awaitCaughtUp(config.journalWithin())
          || !paces.awaitCaughtUp(config.journalWithin())
          || !future.awaitCaughtUp(config.journalWithin())
          || !journal.awaitCaughtUp(config.journalWithin())) {
        LOG.warnf("the journal was not read within %s; waiting on", config.journalWithin());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
