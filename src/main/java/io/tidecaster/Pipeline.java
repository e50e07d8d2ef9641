package io.tidecaster;

import io.tidecaster.act.Actuator;
import io.tidecaster.act.ContainerSizer;
import io.tidecaster.act.Observation;
import io.tidecaster.act.ReplicaScaler;
import io.tidecaster.act.SizeObservation;
import io.tidecaster.act.Sized;
import io.tidecaster.act.Turn;
import io.tidecaster.balance.Balancer;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.decide.Trust;
import io.tidecaster.demo.Demo;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.ingest.DeadLetterReason;
import io.tidecaster.ingest.DeadLetters;
import io.tidecaster.ingest.SampleSerde;
import io.tidecaster.ingest.UnreadableRecordException;
import io.tidecaster.journal.Journal;
import io.tidecaster.journal.KafkaWriter;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.ops.PipelineMeters;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/**
 * The story: observe the samples, remember the minutes, forecast, decide, record, act.
 *
 * <p>A scaler's line goes through it under the line's own lock; the lines of a batch go side by
 * side. Nothing goes on before it stands on Kafka, so a crash at any place repeats work and loses
 * none.
 */
final class Pipeline implements AutoCloseable, Demo.Service {
  private static final Logger LOG = Logger.getLogger(Pipeline.class);
  private static final Logger AUDIT = Logger.getLogger("io.tidecaster.audit");

  /** Records that waited for longer in Kafka are a backlog. */
  private static final Duration BACKLOG = Duration.ofSeconds(30);

  private static final Duration BEFORE_RETRY = Duration.ofMillis(500);

  private final PipelineConfig config;
  private final ScalerCatalog catalog;
  private final ModeSwitch modes;
  private final LoadLog loadLog;
  private final Journal journal;
  private final DeadLetters deadLetters;
  private final ReplicaScaler replicas;
  private final ContainerSizer sizer;
  private final Actuator actuator;
  private final BoostCheck boosts;
  private final Balancer balancer;
  private final InstantSource clock;
  private final PipelineMeters meters;
  private final LineBuilder lines;
  private final FitPool fits;
  private final KafkaWriter kafka;
  private final KnownFuture future;
  private final Decider decider = new Decider(Decider.Settings.DEFAULT);
  private final Map<Integer, Partition> owned = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean closing;
  private volatile boolean joined;
  private volatile Instant decidedUntil = Instant.MIN;

  /** Until then Kafka was away or a backlog was read: what is missing may still be on its way. */
  private volatile Instant behindUntil = Instant.EPOCH;

  private volatile boolean canWrite = true;

  Pipeline(
      PipelineConfig config,
      ScalerCatalog catalog,
      ModeSwitch modes,
      LoadLog loadLog,
      Journal journal,
      DeadLetters deadLetters,
      ReplicaScaler replicas,
      ContainerSizer sizer,
      Actuator actuator,
      Balancer balancer,
      InstantSource clock,
      PipelineMeters meters,
      KafkaWriter kafka,
      KnownFuture future,
      LineBuilder lines) {
    this.config = config;
    this.catalog = catalog;
    this.modes = modes;
    this.loadLog = loadLog;
    this.journal = journal;
    this.deadLetters = deadLetters;
    this.replicas = replicas;
    this.sizer = sizer;
    this.actuator = actuator;
    this.boosts = new BoostCheck(sizer, actuator, config.boostCheck());
    this.balancer = balancer;
    this.clock = clock;
    this.meters = meters;
    this.lines = lines;
    this.kafka = kafka;
    this.future = future;
    this.fits = new FitPool(config.fitThreads(), meters);
  }

  /** Takes partitions in: rebuilds the state of their scalers from the topics. */
  void take(Collection<Integer> partitions) {
    lines.awaitCatalog();
    for (int number : partitions) {
      Partition partition = new Partition(number, clock.instant());
      moveIn(partition, catalog.scalers());
      owned.put(number, partition);
    }
    joined = true;
    meters.owns(owned.size(), scalersOwned());
    LOG.infof("owns %d partitions with %d scalers", owned.size(), scalersOwned());
  }

  /** Lets partitions go: another replica owns their scalers from now on. */
  void release(Collection<Integer> partitions) {
    for (int number : partitions) {
      Partition partition = owned.remove(number);
      if (partition != null) {
        partition.release();
        partition.lines().forEach(this::forget);
      }
    }
    meters.owns(owned.size(), scalersOwned());
  }

  /** Takes in the samples of a batch, and brings every line forward that has minutes to close. */
  void observe(ConsumerRecords<String, byte[]> batch) {
    for (var topicPartition : batch.partitions()) {
      Partition partition = owned.get(topicPartition.partition());
      if (partition == null) {
        continue;
      }
      Set<ScalerLine> touched = new HashSet<>();
      long next = -1;
      long arrived = 0;
      for (ConsumerRecord<String, byte[]> record : batch.records(topicPartition)) {
        observe(partition, record).ifPresent(touched::add);
        next = record.offset() + 1;
        arrived = record.timestamp();
      }
      long arrivedMillis = arrived;
      if (wallClockMillis() - arrivedMillis > BACKLOG.toMillis()) {
        behindUntil = clock.instant();
      }
      sideBySide(touched, line -> () -> advance(partition, line, ScalerLine::close, arrivedMillis));
      partition.advanceTo(next);
    }
  }

  private Optional<ScalerLine> observe(Partition partition, ConsumerRecord<String, byte[]> record) {
    try {
      ScalerId id = idOf(record);
      Optional<ScalerLine> line = line(partition, id);
      if (line.isEmpty()) {
        meters.samplesWithoutScaler();
        return Optional.empty();
      }
      var samples = SampleSerde.decode(record.value());
      line.get().lock().lock();
      try {
        line.get().observe(record.offset(), samples, clock.instant());
      } finally {
        line.get().lock().unlock();
      }
      return line;
    } catch (UnreadableRecordException e) {
      surely(() -> deadLetters.put(record, e));
      return Optional.empty();
    }
  }

  private static ScalerId idOf(ConsumerRecord<String, byte[]> record)
      throws UnreadableRecordException {
    try {
      return ScalerId.parse(record.key() == null ? "" : record.key());
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException(
          DeadLetterReason.UNDECODABLE, "the key names no scaler: " + e.getMessage());
    }
  }

  private Optional<ScalerLine> line(Partition partition, ScalerId id) {
    Optional<ScalerLine> known = partition.line(id);
    if (known.isPresent()) {
      return known;
    }
    catalog
        .find(id)
        .ifPresent(scaler -> {
          moveIn(partition, List.of(scaler));
          meters.owns(owned.size(), scalersOwned());
        });
    return partition.line(id);
  }

  /** Gives the partition lines for those of the scalers that are in it. */
  private void moveIn(Partition partition, Collection<Scaler> scalers) {
    lines.rebuild(partition, scalers);
    scalers.forEach(
        scaler -> partition.line(scaler.id()).ifPresent(line -> settle(partition, line)));
  }

  /** Looks at the clock: where nothing arrives, minutes close as unknown. */
  void tick() {
    Instant now = clock.instant();
    if (!kafka.answers()) {
      behindUntil = now;
    }
    balancer.follow(
        owned.values().stream()
            .flatMap(partition -> partition.lines().stream())
            .map(ScalerLine::scaler)
            .filter(scaler -> modes.inForce(scaler) == Mode.ENFORCING)
            .toList(),
        id ->
            catalog
                .find(id)
                .filter(scaler -> scaler.balance().isPresent())
                .filter(scaler -> modes.inForce(scaler) == Mode.ENFORCING)
                .isPresent());
    Duration grace = config.maxSilence().multipliedBy(2);
    boolean caughtUp = now.isAfter(behindUntil.plus(grace));
    for (Partition partition : owned.values()) {
      follow(partition);
      if (caughtUp && now.isAfter(partition.ownedSince().plus(grace))) {
        sideBySide(
            partition.lines(),
            line ->
                () ->
                    advance(
                        partition, line, silent -> silent.closeByClock(now), wallClockMillis()));
      }
      sideBySide(
          partition.lines().stream()
              .filter(line -> line.scaler().vertical().flatMap(Vertical::boost).isPresent())
              .toList(),
          line -> () -> underLock(line, () -> lookAfterStarts(partition, line, now)));
    }
  }

  private void lookAfterStarts(Partition partition, ScalerLine line, Instant now) {
    if (partition.has(line)) {
      boosts.look(line, modes.inForce(line.scaler()), now);
    }
  }

  /** Lets the lines follow the catalog: scalers that came, changed or went. */
  private void follow(Partition partition) {
    List<Scaler> come =
        catalog.scalers().stream()
            .filter(scaler -> partition.line(scaler.id()).isEmpty())
            .filter(scaler -> lines.isIn(partition, scaler.id()))
            .toList();
    if (!come.isEmpty()) {
      moveIn(partition, come);
      meters.owns(owned.size(), scalersOwned());
    }
    for (ScalerLine line : partition.lines()) {
      Optional<Scaler> now = catalog.find(line.scaler().id());
      if (now.isEmpty() && modes.trust(line.scaler().id()).isPresent()) {
        surely(() -> modes.forgetTrust(line.scaler().id()));
      }
      if (now.isEmpty()) {
        surely(() -> balancer.forget(line.scaler().id()));
      }
      if (now.isEmpty() || !now.get().hasSourcesOf(line.scaler())) {
        partition.drop(line.scaler().id());
        forget(line);
        meters.owns(owned.size(), scalersOwned());
      } else if (!now.get().equals(line.scaler())) {
        underLock(line, () -> line.use(now.get()));
      }
    }
  }

  /** What a line that has just moved in needs: the weeks before, and a model. */
  private void settle(Partition partition, ScalerLine line) {
    underLock(line, () -> fits.fitWhereDue(line));
    lines.backfill(
        line,
        points -> write(line, points),
        () -> !closing && partition.has(line),
        () -> fits.fitWhereDue(line));
  }

  private void advance(
      Partition partition,
      ScalerLine line,
      Function<ScalerLine, List<LoadPoint>> close,
      long arrivedMillis) {
    line.lock().lock();
    try {
      List<LoadPoint> points = close.apply(line);
      if (points.isEmpty() || !partition.has(line)) {
        return;
      }
      write(line, points);
      line.use(future.of(line.scaler(), points.getLast().end()));
      line.remember(points);
      meters.closed(points);
      meters.took(line.takeCounts());
      fits.fitWhereDue(line);
      Instant at = points.getLast().end();
      if (isPast(at) || line.hasDecidedAt(at)) {
        return;
      }
      ForecastOutcome forecast = line.forecast();
      Observation observed = replicas.observe(line.scaler());
      if (observed instanceof Observation.Seen seen) {
        seen.pods().leadTime().ifPresent(learned -> line.measured(learned.estimate()));
      }
      Optional<Trust> trusted = line.trust();
      Optional<SizeObservation> containers = containers(line, observed);
      Decided decided = decide(line, at, observed, forecast, containers);
      Decision decision = decided.decision();
      ForecastReport report =
          line.report(forecast).with(line.usage(forecast, decision.fleet().readyReplicas()));
      Optional<Sized> sized = containers.map(sizes -> size(line, decided, sizes));
      record(line.scaler().id(), report, decided, sized.flatMap(Sized::decision));
      meters.decided(
          decision, report.accuracy(), Duration.between(at, clock.instant()), arrivedMillis);
      meters.sized(line.scaler().id(), sized.flatMap(Sized::decision));
      Outlook outlook = Outlook.of(report, line.scaler().serviceLevel(), line.trust());
      act(partition, line, observed, new Acted(decision, outlook, sized));
      keep(line, trusted, at);
      decidedUntil = at;
    } finally {
      line.lock().unlock();
    }
  }

  private Decided decide(
      ScalerLine line,
      Instant at,
      Observation observed,
      ForecastOutcome forecast,
      Optional<SizeObservation> containers) {
    Mode mode = modes.inForce(line.scaler());
    return switch (observed) {
      case Observation.Seen seen ->
          line.decide(
              decider,
              mode,
              at,
              Optional.of(seen.fleet()),
              forecast,
              wanted -> replicas.room(line.scaler(), seen, wanted),
              containers
                  .filter(SizeObservation.Seen.class::isInstance)
                  .map(SizeObservation.Seen.class::cast));
      case Observation.Unseen _ -> line.decide(decider, mode, at, Optional.empty(), forecast);
    };
  }

  /** Looks at the containers of a workload whose replicas are sized. */
  private Optional<SizeObservation> containers(ScalerLine line, Observation observed) {
    return line.scaler().vertical().isEmpty()
            || modes.inForce(line.scaler()) == Mode.PAUSED
            || !(observed instanceof Observation.Seen)
        ? Optional.empty()
        : Optional.of(sizer.observe(line.scaler()));
  }

  private Sized size(ScalerLine line, Decided decided, SizeObservation containers) {
    Optional<SizeDecision> sized =
        containers instanceof SizeObservation.Seen seen
            ? line.size(decided, seen)
            : Optional.empty();
    return new Sized(containers, sized);
  }

  /** Writes how a scaler stands in its trial, once an hour and where that turns. */
  private void keep(ScalerLine line, Optional<Trust> before, Instant at) {
    ScalerId id = line.scaler().id();
    if (line.trust().isEmpty()) {
      if (modes.trust(id).isPresent()) {
        surely(() -> modes.forgetTrust(id));
      }
      return;
    }
    Trust trust = line.trust().get();
    boolean turned = before.filter(was -> was.standing() == trust.standing()).isEmpty();
    boolean onTheHour = at.atZone(ZoneOffset.UTC).getMinute() == Math.floorMod(id.hashCode(), 60);
    if (turned || onTheHour || modes.trust(id).isEmpty()) {
      surely(() -> modes.keep(id, trust));
    }
    if (turned && before.isPresent()) {
      tell(line.scaler(), trust);
    }
  }

  private void tell(Scaler scaler, Trust trust) {
    String sentence = scaler.trial().map(trust::sentence).orElse("");
    AUDIT.infof(
        "promotion: %s %s, now %s: %s",
        scaler.id(), trust.standing().label(), modes.inForce(scaler).label(), sentence);
    actuator.announce(new Turn(scaler, trust.standing(), sentence));
  }

  /** What is applied, and what is told beside it. */
  private record Acted(Decision decision, Outlook outlook, Optional<Sized> sized) {}

  /** Who is to go is drained first, beside all else; a scaling out waits for nothing. */
  private void act(Partition partition, ScalerLine line, Observation observed, Acted acted) {
    Decision decision = acted.decision();
    Scaler scaler = line.scaler();
    if (decision.mode() == Mode.ENFORCING
        && scaler.balance().isPresent()
        && decision.outcome() instanceof Outcome.Scale scale) {
      if (scale.to() < decision.fleet().specReplicas()) {
        var _ =
            balancer
                .retire(scaler, scale.to())
                .thenRunAsync(
                    () -> underLock(line, () -> actLate(partition, line, observed, acted)), workers)
                .exceptionally(e -> {
                  meters.lineFailed();
                  LOG.errorf(e, "%s: the scaling in went wrong", scaler.id());
                  return null;
                });
        return;
      }
      balancer.keep(scaler);
    }
    actuator
        .apply(scaler, observed, decision, acted.outlook(), acted.sized())
        .ifPresent(line::took);
  }

  /** After the drain, unless meanwhile it was switched off, went to another, or was overtaken. */
  private void actLate(Partition partition, ScalerLine line, Observation observed, Acted acted) {
    if (partition.has(line)
        && modes.inForce(line.scaler()) == Mode.ENFORCING
        && line.hasDecidedLast(acted.decision())) {
      actuator
          .apply(line.scaler(), observed, acted.decision(), acted.outlook(), acted.sized())
          .ifPresent(line::took);
    }
  }

  private void record(
      ScalerId id, ForecastReport report, Decided decided, Optional<SizeDecision> sized) {
    surely(() -> CompletableFuture.allOf(journal.write(id, report), journal.write(decided, sized)));
  }

  /** Where each owned partition would begin again after a crash. */
  Map<Integer, Long> resumeOffsets() {
    Map<Integer, Long> offsets = new TreeMap<>();
    owned.forEach((number, partition) -> {
      long offset = partition.resumeOffset();
      if (offset >= 0) {
        offsets.put(number, offset);
      }
    });
    return offsets;
  }

  /** The scalers of this replica, as they stand in the catalog. */
  Collection<Scaler> owned() {
    return owned.values().stream()
        .flatMap(partition -> partition.lines().stream())
        .flatMap(line -> catalog.find(line.scaler().id()).stream())
        .toList();
  }

  /** Whether the consumer group has given this replica its share, which may be none. */
  boolean hasJoined() {
    return joined;
  }

  /** Whether Kafka took what was written last. */
  boolean canWrite() {
    return canWrite;
  }

  /** Whether it has its share, the weeks before are read and the first models are there. */
  @Override
  public boolean isSettled() {
    return joined && !lines.isBackfilling() && !fits.isBusy();
  }

  @Override
  public Instant decidedUntil() {
    return decidedUntil;
  }

  private boolean isPast(Instant at) {
    return clock.instant().isAfter(at.plus(config.decideWithin()));
  }

  private int scalersOwned() {
    return owned.values().stream().mapToInt(partition -> partition.lines().size()).sum();
  }

  private void write(ScalerLine line, List<LoadPoint> points) {
    surely(() -> loadLog.write(line.scaler().id(), points));
  }

  /** Writes until it is written: what Kafka does not have yet must not be built upon. */
  private void surely(Supplier<CompletableFuture<Void>> write) {
    while (!closing) {
      try {
        write.get().join();
        canWrite = true;
        return;
      } catch (RuntimeException e) {
        canWrite = false;
        behindUntil = clock.instant();
        meters.writeFailed();
        LOG.warnf("Kafka did not take a record, trying again: %s", e.getMessage());
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(BEFORE_RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sideBySide(Collection<ScalerLine> touched, Function<ScalerLine, Runnable> work) {
    CompletableFuture.allOf(
            touched.stream()
                .map(line -> CompletableFuture.runAsync(guarded(line, work.apply(line)), workers))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  /** A fault in one scaler must not stop the others. */
  private Runnable guarded(ScalerLine line, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        meters.lineFailed();
        LOG.errorf(e, "%s: this minute went wrong", line.scaler().id());
      }
    };
  }

  /** Under its lock: a minute that is under way may tell of it for the last time. */
  private void forget(ScalerLine line) {
    underLock(line, () -> meters.forget(line.scaler().id()));
  }

  private static void underLock(ScalerLine line, Runnable work) {
    line.lock().lock();
    try {
      work.run();
    } finally {
      line.lock().unlock();
    }
  }

  private static long wallClockMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void close() {
    closing = true;
    fits.close();
    workers.shutdown();
  }
}
