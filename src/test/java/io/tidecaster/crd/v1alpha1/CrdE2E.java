package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.e2e.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A real API server takes the manifest, and takes and refuses what our own reader does. */
class CrdE2E {
  private static final Path CASES = Path.of("src/test/resources/crd/ScalerFileTest");
  private static final String RESOURCES = "/apis/tidecaster.io/v1alpha1/namespaces/default/";
  private static final YAMLMapper YAML = new YAMLMapper();

  private static KubernetesClient client;

  @BeforeAll
  static void installStrictly() {
    client = ControlPlane.shared().client();
    InstalledCrd.in(client);
  }

  /** Each document of the golden cases that is YAML and is ours. */
  @TestFactory
  List<DynamicTest> takesAndRefusesWhatTheReaderDoes() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> cases = Files.list(CASES)) {
      for (Path directory : cases.sorted().toList()) {
        for (JsonNode document : documents(directory.resolve("in.yaml"))) {
          tests.add(
              DynamicTest.dynamicTest(
                  directory.getFileName() + " " + document.at("/metadata/name").asText(),
                  () -> takesOrRefuses(document)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(15);
    return tests;
  }

  private static void takesOrRefuses(JsonNode document) {
    switch (ResourceReader.read(document)) {
      case Reading.Accepted accepted -> {
        JsonNode stored = create(document);
        assertThat(ResourceReader.read(stored))
            .as("with the server's defaults it means the same")
            .isEqualTo(accepted);
      }
      case Reading.Rejected rejected ->
          assertThatThrownBy(() -> create(document))
              .as("refused here for: %s", rejected.sentence())
              .isInstanceOf(KubernetesClientException.class)
              .extracting(e -> ((KubernetesClientException) e).getCode())
              .isIn(400, 422);
    }
  }

  @Test
  void refusesInOurWords() throws IOException {
    JsonNode bad = documents(CASES.resolve("refuses-values-out-of-bounds/in.yaml")).getFirst();
    ((ObjectNode) bad.at("/spec")).put("mode", "Advisory");
    ((ObjectNode) bad.at("/spec/scaleTargetRef")).put("name", "web");
    ((ObjectNode) bad.at("/spec/load/series")).put("type", "Counter");
    ((ObjectNode) bad.at("/spec")).remove("behavior");

    assertThatThrownBy(() -> create(bad))
        .hasMessageContaining("minReplicas > maxReplicas; lower minReplicas or raise maxReplicas")
        .hasMessageContaining("is empty; name the Prometheus metric")
        .hasMessageContaining("is empty; leave it out, or give PromQL")
        .hasMessageContaining("0: must be a quantity above 0")
        .hasMessageContaining("\"lots\": must be a quantity above 0")
        .hasMessageContaining("95: must be at least 0.5 and below 1; write 0.95 for 95 %")
        .hasMessageContaining("2h > 1h; the forecast reaches 60 minutes ahead");
  }

  /** As kubectl does, without keeping it. */
  private static JsonNode create(JsonNode document) {
    ObjectNode resource = document.deepCopy();
    ((ObjectNode) resource.path("metadata")).put("namespace", "default");
    ((ObjectNode) resource.path("metadata")).remove(List.of("managedFields", "generation"));
    String answer =
        client.raw(
            RESOURCES + "predictivescalers?dryRun=All&fieldValidation=Strict",
            "POST",
            resource.toString());
    try {
      ObjectNode stored = (ObjectNode) YAML.readTree(answer);
      ((ObjectNode) stored.path("metadata"))
          .put("namespace", document.at("/metadata/namespace").asText("default"));
      return stored;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> documents(Path file) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (var read = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      read.forEachRemaining(documents::add);
    } catch (RuntimeException e) {
      return List.of();
    }
    return documents.stream()
        .filter(document -> document.path("apiVersion").asText().equals(ResourceReader.API_VERSION))
        .filter(document -> document.path("metadata").isObject())
        .toList();
  }
}
