package io.tidecaster.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tidecaster.demo.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker that goes and comes back as the test wishes, on the same port with the same records. */
public class KafkaForIngest implements QuarkusTestResourceLifecycleManager {
  static final String ADAPTER_TOPIC = "prometheus";

  private static final String SHOP =
      """
      apiVersion: tidecaster.io/v1alpha1
      kind: PredictiveScaler
      metadata: {namespace: crm, name: shop}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
        maxReplicas: 3
        load: {series: {metric: %s, type: Counter, matchLabels: {app: shop}}}
        usage: {cpu: {series: {metric: %s, type: Counter, matchLabels: {app: shop}}}}
        objective: {requestsPerReplica: "100"}
      """
          .formatted(Scalers.REQUESTS, Scalers.CPU);

  private final Path directory = temporaryDirectory();
  private final int port = freePort();
  private EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), port);

  @Override
  public Map<String, String> start() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(ADAPTER_TOPIC, 2, (short) 1))).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return Map.of(
        "quarkus.http.test-port",
        "0",
        "tidecaster.service.scalers",
        scalers().toString(),
        "kafka.bootstrap.servers",
        broker.bootstrapServers(),
        "tidecaster.ingest.adapter.topic",
        ADAPTER_TOPIC,
        "tidecaster.ingest.remote-write.max-compressed-size",
        "64K",
        "tidecaster.ingest.remote-write.max-decompressed-size",
        "256K");
  }

  /** By name, since the test has another class loader. */
  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(
        (Runnable) () -> broker.close(), field -> field.getName().equals("stopKafka"));
    injector.injectIntoFields(
        (Runnable) () -> broker = EmbeddedBroker.start(directory.resolve("kafka"), port),
        field -> field.getName().equals("startKafka"));
  }

  @Override
  public void stop() {
    broker.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path scalers() {
    try {
      return Files.writeString(directory.resolve("shop.yaml"), SHOP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("ingest-it-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
