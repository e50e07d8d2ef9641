package io.tidecaster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tidecaster.act.Actuator;
import io.tidecaster.act.ContainerSizer;
import io.tidecaster.act.Farewell;
import io.tidecaster.act.HpaFloors;
import io.tidecaster.act.KubernetesConfig;
import io.tidecaster.act.KubernetesEvents;
import io.tidecaster.act.KubernetesLimits;
import io.tidecaster.act.KubernetesRequests;
import io.tidecaster.act.KubernetesScaler;
import io.tidecaster.act.PodDirectory;
import io.tidecaster.act.PodResizer;
import io.tidecaster.act.ReplicaScaler;
import io.tidecaster.act.Report;
import io.tidecaster.act.StatusWriter;
import io.tidecaster.api.ApiConfig;
import io.tidecaster.api.Balancers;
import io.tidecaster.api.Board;
import io.tidecaster.api.Events;
import io.tidecaster.api.Gatekeeper;
import io.tidecaster.api.LocalGatekeeper;
import io.tidecaster.api.Modes;
import io.tidecaster.balance.BalanceConfig;
import io.tidecaster.balance.BalanceLimits;
import io.tidecaster.balance.Balancer;
import io.tidecaster.balance.ReplicaDirectory;
import io.tidecaster.crd.v1alpha1.FileScalerCatalog;
import io.tidecaster.crd.v1alpha1.KubernetesScalerCatalog;
import io.tidecaster.demo.Demo;
import io.tidecaster.demo.SimulatedReplicas;
import io.tidecaster.feed.FeedClient;
import io.tidecaster.feed.Feeds;
import io.tidecaster.ingest.DeadLetters;
import io.tidecaster.ingest.PrometheusBackfill;
import io.tidecaster.ingest.Topics;
import io.tidecaster.journal.Announcements;
import io.tidecaster.journal.Journal;
import io.tidecaster.journal.KafkaWriter;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.journal.PaceLog;
import io.tidecaster.ops.PipelineMeters;
import io.tidecaster.ops.Readiness;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerCatalog;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts the parts together; in the demo, around its simulated fleet and clock. */
@Singleton
class Wiring {
  private static final Duration FILES_EVERY = Duration.ofSeconds(2);

  private static final Duration FAREWELL_EVERY = Duration.ofSeconds(2);

  private final Map<String, Object> kafka;
  private final ServiceConfig service;
  private final PipelineConfig pipeline;
  private @Nullable Farewell farewell;

  Wiring(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ServiceConfig service,
      PipelineConfig pipeline) {
    this.kafka = new HashMap<>(kafka);
    this.service = service;
    this.pipeline = pipeline;
  }

  @Produces
  @Singleton
  InstantSource clock() {
    return Demo.current().<InstantSource>map(Demo::clock).orElseGet(InstantSource::system);
  }

  @Produces
  @Singleton
  ScalerCatalog catalog(Instance<KubernetesClient> kubernetes, KubernetesConfig config) {
    return service
        .scalers()
        .map(Wiring::fromFiles)
        .orElseGet(() -> fromKubernetes(kubernetes.get(), config));
  }

  private static ScalerCatalog fromKubernetes(KubernetesClient client, KubernetesConfig config) {
    KubernetesScalerCatalog catalog = new KubernetesScalerCatalog(client, config.namespace());
    catalog.start();
    return catalog;
  }

  private static ScalerCatalog fromFiles(Path path) {
    try {
      return FileScalerCatalog.open(path, FILES_EVERY);
    } catch (IOException e) {
      throw new UncheckedIOException("the scalers at %s cannot be read".formatted(path), e);
    }
  }

  @Produces
  @Singleton
  ReplicaScaler replicas(
      ScalerCatalog catalog,
      Instance<KubernetesClient> kubernetes,
      KubernetesConfig config,
      InstantSource clock) {
    return Demo.current()
        .<ReplicaScaler>map(SimulatedReplicas::new)
        .orElseGet(() ->
            new KubernetesScaler(
                kubernetes.get(),
                KubernetesLimits.of(config),
                catalog instanceof KubernetesScalerCatalog resources
                    ? resources
                    : id -> Optional.empty(),
                clock));
  }

  @Produces
  @Singleton
  ContainerSizer sizer(
      Instance<KubernetesClient> kubernetes, KubernetesConfig config, InstantSource clock) {
    return Demo.current().isPresent()
        ? ContainerSizer.NONE
        : new PodResizer(kubernetes.get(), KubernetesLimits.of(config), clock);
  }

  @Produces
  @Singleton
  Actuator actuator(
      ScalerCatalog catalog,
      ReplicaScaler replicas,
      ContainerSizer sizer,
      Balancer balancer,
      Instance<KubernetesClient> kubernetes,
      KubernetesConfig config,
      InstantSource clock,
      MeterRegistry meters) {
    if (!(catalog instanceof KubernetesScalerCatalog resources)) {
      return new Actuator(replicas, sizer, balancer::standing, List.of(), meters);
    }
    KubernetesClient client = kubernetes.get();
    farewell =
        new Farewell(
            resources,
            new HpaFloors(
                new KubernetesRequests(client, config.requestTimeout()),
                resources,
                config.handsOff(),
                clock),
            FAREWELL_EVERY);
    Actuator actuator =
        new Actuator(
            replicas,
            sizer,
            balancer::standing,
            List.of(
                new KubernetesEvents(
                    client,
                    KubernetesLimits.of(config),
                    resources,
                    service.instance(),
                    clock,
                    meters),
                new StatusWriter(client, KubernetesLimits.of(config), resources, clock, meters)),
            meters);
    var _ =
        resources.onRejection(
            (id, reading) -> actuator.announce(new Report.SpecRejected(id, reading)));
    return actuator;
  }

  void close(@Disposes Actuator actuator) {
    if (farewell != null) {
      farewell.close();
    }
  }

  @Produces
  @Singleton
  Balancer balancer(
      Instance<KubernetesClient> kubernetes,
      KubernetesConfig config,
      BalanceConfig balance,
      PaceLog paces,
      InstantSource clock,
      MeterRegistry meters) {
    return new Balancer(
        Demo.current().isPresent()
            ? ReplicaDirectory.NONE
            : new PodDirectory(kubernetes.get(), KubernetesLimits.of(config), clock),
        BalanceLimits.of(balance),
        paces,
        clock,
        meters);
  }

  void close(@Disposes Balancer balancer) {
    balancer.close();
  }

  @Produces
  @Singleton
  KafkaWriter writer() {
    return new KafkaWriter(kafka, pipeline.writeWithin());
  }

  void close(@Disposes KafkaWriter writer) {
    writer.close();
  }

  @Produces
  @Singleton
  ModeSwitch modeSwitch(KafkaWriter writer) {
    return new ModeSwitch(kafka, Topics.CONTROL, Mode.parse(service.mode()), writer);
  }

  void close(@Disposes ModeSwitch modes) {
    modes.close();
  }

  @Produces
  @Singleton
  PaceLog paces(KafkaWriter writer) {
    return new PaceLog(kafka, Topics.PACE, writer);
  }

  void close(@Disposes PaceLog paces) {
    paces.close();
  }

  @Produces
  @Singleton
  Journal journal(KafkaWriter writer) {
    ServiceConfig.Journal bounds = service.journal();
    return new Journal(
        kafka,
        Topics.DECISIONS,
        Topics.FORECASTS,
        new Journal.Memory(bounds.readBack(), bounds.perScaler(), bounds.inAll()),
        writer);
  }

  void close(@Disposes Journal journal) {
    journal.close();
  }

  @Produces
  @Singleton
  Announcements announcements(KafkaWriter writer, EventsConfig config) {
    return new Announcements(
        kafka,
        Topics.EVENTS,
        new Announcements.Memory(config.maxEvents(), config.keptAfterEnd()),
        writer);
  }

  void close(@Disposes Announcements announcements) {
    announcements.close();
  }

  @Produces
  @Singleton
  KnownFuture future(Announcements announcements) {
    return new KnownFuture(announcements);
  }

  @Produces
  @Singleton
  Events events(
      Announcements announcements, KnownFuture future, ScalerCatalog catalog, InstantSource clock) {
    return new AnnouncedEvents(announcements, future, catalog, clock);
  }

  @Produces
  @Singleton
  PipelineMeters meters(MeterRegistry registry) {
    return new PipelineMeters(registry);
  }

  @Produces
  @Singleton
  Pipeline pipeline(
      ScalerCatalog catalog,
      ModeSwitch modes,
      KafkaWriter writer,
      Journal journal,
      DeadLetters deadLetters,
      ReplicaScaler replicas,
      ContainerSizer sizer,
      Actuator actuator,
      Balancer balancer,
      PaceLog paces,
      Optional<PrometheusBackfill> prometheus,
      KnownFuture future,
      InstantSource clock,
      PipelineMeters meters) {
    LoadLog loadLog = new LoadLog(kafka, writer);
    return new Pipeline(
        pipeline,
        catalog,
        modes,
        loadLog,
        journal,
        deadLetters,
        replicas,
        sizer,
        actuator,
        balancer,
        clock,
        meters,
        writer,
        future,
        new LineBuilder(
            pipeline,
            writer.partitionsOf(Topics.SAMPLES),
            loadLog,
            journal,
            modes,
            paces,
            future,
            prometheus,
            () -> !(catalog instanceof KubernetesScalerCatalog resources) || resources.hasSynced(),
            clock));
  }

  void close(@Disposes Pipeline closed) {
    closed.close();
  }

  @Produces
  @Singleton
  Feeds feeds(
      Pipeline pipeline,
      Announcements announcements,
      FeedsConfig config,
      EventsConfig events,
      InstantSource clock,
      PipelineMeters meters) {
    return new Feeds(
        new Feeds.Settings(
            config.refresh(),
            events.keptAfterEnd(),
            KnownFuture.AHEAD,
            config.maxOccurrences(),
            new FeedClient.Limits(
                config.within(),
                config.maxBytes(),
                config.hosts().stream()
                    .flatMap(List::stream)
                    .map(host -> host.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet()))),
        pipeline::owned,
        new FeedBoard(announcements),
        outcome -> meters.feedRead(outcome.label()),
        clock);
  }

  void startFeeds(@Observes StartupEvent event, Feeds feeds) {
    feeds.start();
  }

  void close(@Disposes Feeds feeds) {
    feeds.close();
  }

  @Produces
  @Singleton
  Board board(ScalerCatalog catalog, Journal journal, ModeSwitch modes, InstantSource clock) {
    return new JournalBoard(catalog, journal, modes, clock);
  }

  @Produces
  @Singleton
  Balancers balancers(Balancer balancer, Journal journal, ModeSwitch modes, InstantSource clock) {
    return new BalancerAdvisor(balancer, journal, modes, clock);
  }

  @Produces
  @Singleton
  Modes modes(ScalerCatalog catalog, ModeSwitch modes) {
    return new SwitchedModes(catalog, modes);
  }

  @Produces
  @Singleton
  Gatekeeper gatekeeper(
      Instance<KubernetesClient> kubernetes,
      KubernetesConfig config,
      ApiConfig api,
      LocalToken token) {
    if (service.scalers().isPresent()) {
      return new LocalGatekeeper(token.text());
    }
    ApiConfig.Access access = api.access();
    return new KubernetesGatekeeper(
        new KubernetesRequests(kubernetes.get(), config.requestTimeout()),
        new KubernetesGatekeeper.Limits(access.rememberFor(), access.remembered(), access.atOnce()),
        InstantSource.system());
  }

  void close(@Disposes Gatekeeper gatekeeper) throws Exception {
    if (gatekeeper instanceof AutoCloseable threads) {
      threads.close();
    }
  }

  @Produces
  @Singleton
  Readiness readiness(
      Journal journal,
      ModeSwitch modes,
      PaceLog paces,
      Announcements announcements,
      Pipeline pipeline) {
    return new ServiceReadiness(journal, modes, paces, announcements, pipeline);
  }
}
