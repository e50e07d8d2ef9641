package io.tidecaster;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.act.HpaFloors;
import io.tidecaster.act.KubernetesRequests;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.crd.v1alpha1.ResourceReader;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives back all that Tidecaster holds in a cluster, before it is removed from there. */
@Command(
    name = "release",
    description = {
      "Gives every HPA its own floor back and lets the PredictiveScalers go; run it before Tidecaster is removed.",
      "Stop the service first, or it takes them again with its next decision."
    },
    mixinStandardHelpOptions = true)
final class ReleaseCommand implements Callable<Integer> {
  private static final Duration PER_REQUEST = Duration.ofSeconds(10);

  @Option(
      names = "--namespace",
      paramLabel = "NAMESPACE",
      description = "Those of this namespace alone. Default: of all.")
  Optional<String> namespace = Optional.empty();

  @Override
  public Integer call() {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      return release(new KubernetesRequests(client, PER_REQUEST));
    } catch (KubernetesClientException e) {
      System.err.println("tidecaster: the PredictiveScalers cannot be read: " + e.getMessage());
      return 1;
    }
  }

  private int release(KubernetesRequests requests) {
    List<Instance> held = held(requests);
    HpaFloors floors =
        new HpaFloors(requests, id -> Optional.empty(), Duration.ZERO, InstantSource.system());
    held.forEach(floors::release);
    int left = held(requests).size();
    System.out.printf("given back: %d, still held: %d%n", held.size() - left, left);
    return left == 0 ? 0 : 1;
  }

  private List<Instance> held(KubernetesRequests requests) {
    String path =
        "/apis/%s%s/%s"
            .formatted(
                ResourceReader.API_VERSION,
                namespace.map(name -> "/namespaces/" + name).orElse(""),
                ResourceReader.PLURAL);
    List<Instance> held = new ArrayList<>();
    for (JsonNode resource : requests.get(path).path("items")) {
      JsonNode metadata = resource.path("metadata");
      List<String> finalizers = new ArrayList<>();
      metadata.path("finalizers").forEach(finalizer -> finalizers.add(finalizer.asText()));
      if (finalizers.contains(HpaFloors.FINALIZER)) {
        held.add(
            new Instance(
                new ScalerId(metadata.path("namespace").asText(), metadata.path("name").asText()),
                metadata.path("uid").asText(),
                metadata.path("generation").asLong(),
                Optional.empty(),
                metadata.has("deletionTimestamp"),
                finalizers));
      }
    }
    return held;
  }
}
