package io.tidecaster.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tidecaster.workload.ScalerCatalog;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the parts of ingest from its configuration, and starts and stops them. */
@ApplicationScoped
class IngestBeans {
  private final IngestConfig config;
  private final TopicsConfig topics;
  private final Map<String, Object> kafka;
  private @Nullable AdapterConsumer adapter;

  IngestBeans(
      IngestConfig config,
      TopicsConfig topics,
      @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.config = config;
    this.topics = topics;
    this.kafka = kafka;
  }

  @Produces
  @Singleton
  IngestMeters meters(MeterRegistry registry) {
    return new IngestMeters(registry);
  }

  @Produces
  @Singleton
  SampleMatcher matcher(ScalerCatalog catalog) {
    return new SampleMatcher(catalog);
  }

  void close(@Disposes SampleMatcher matcher) {
    matcher.close();
  }

  @Produces
  @Singleton
  RemoteWriteReceiver receiver(SampleMatcher matcher, SampleOutlet outlet, IngestMeters meters) {
    return new RemoteWriteReceiver(
        RemoteWriteLimits.of(config.remoteWrite(), RecordSize.usable(topics)),
        matcher,
        outlet,
        meters);
  }

  /** Empty where no Prometheus is configured to be asked. */
  @Produces
  @Singleton
  Optional<PrometheusBackfill> backfill() {
    return BackfillSettings.of(config.backfill())
        .map(settings ->
            new PrometheusBackfill(
                settings,
                HttpClient.newBuilder()
                    .connectTimeout(settings.timeout())
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build()));
  }

  /** Before the channels start, which would wait for their topics. */
  void provisionTopics(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    new TopicProvisioner(kafka, topics).provision();
  }

  void startAdapter(
      @Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event,
      SampleMatcher matcher,
      SampleOutlet outlet,
      DeadLetters deadLetters,
      IngestMeters meters,
      RemoteWriteReceiver receiver) {
    config
        .adapter()
        .topic()
        .ifPresent(topic -> {
          adapter =
              new AdapterConsumer(
                  kafka,
                  topic,
                  config.adapter(),
                  RecordSize.usable(topics),
                  matcher,
                  outlet,
                  deadLetters,
                  meters);
          adapter.start();
        });
  }

  /** Before the channels stop, through which it writes. */
  void stopAdapter(@Observes ShutdownEvent event) {
    if (adapter != null) {
      adapter.close();
    }
  }
}
