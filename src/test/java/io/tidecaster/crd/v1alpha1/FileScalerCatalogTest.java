package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileScalerCatalogTest {
  /** So long that no look comes between; the tests look themselves. */
  private static final Duration RARELY = Duration.ofHours(1);

  @TempDir Path directory;
  private Path file = Path.of("");
  private final List<String> told = new ArrayList<>();
  private final List<FileScalerCatalog> opened = new ArrayList<>();
  private long writes;

  @BeforeEach
  void writeTwo() throws IOException {
    file = directory.resolve("scalers.yaml");
    write(scaler("a", 5) + scaler("b", 5));
  }

  @AfterEach
  void closeAll() {
    opened.forEach(FileScalerCatalog::close);
  }

  @Test
  void tellsWhatAChangedFileChanges() throws IOException {
    var catalog = open();
    write(scaler("b", 9) + scaler("c", 5));
    catalog.refresh();

    assertThat(told).containsExactly("crm/a gone", "crm/b max 9", "crm/c max 5");
    assertThat(catalog.scalers()).hasSize(2);
  }

  @Test
  void looksByItselfUntilClosed() throws Exception {
    try (var catalog = FileScalerCatalog.open(file, Duration.ofMillis(5))) {
      var changed = new CountDownLatch(1);
      catalog.onChange((id, now) -> changed.countDown());
      write(scaler("a", 9) + scaler("b", 5));

      assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void keepsAllScalersWhileOneIsNotRight() throws IOException {
    var catalog = open();
    write(scaler("a", 9) + scaler("b", 0));
    catalog.refresh();

    assertThat(told).isEmpty();
    assertThat(catalog.scalers()).hasSize(2);
  }

  @Test
  void keepsAllScalersWhileTheFileIsEmptyOrAway() throws IOException {
    var catalog = open();
    write("");
    catalog.refresh();
    Files.delete(file);
    catalog.refresh();

    assertThat(told).isEmpty();
    assertThat(catalog.scalers()).hasSize(2);
  }

  @Test
  void followsAFileThatComesBack() throws IOException {
    var catalog = open();
    Files.delete(file);
    catalog.refresh();
    write(scaler("a", 9) + scaler("b", 5));
    catalog.refresh();

    assertThat(told).containsExactly("crm/a max 9");
  }

  @Test
  void doesNotOpenWhatIsNotRight() throws IOException {
    write(scaler("a", 0));

    assertThatThrownBy(() -> FileScalerCatalog.open(file, RARELY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spec.minReplicas: 1 > maxReplicas 0");
  }

  @Test
  void doesNotOpenWhatHasNoScaler() throws IOException {
    write("# nothing yet\n");

    assertThatThrownBy(() -> FileScalerCatalog.open(file, RARELY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no PredictiveScaler; give one");
  }

  private FileScalerCatalog open() throws IOException {
    var catalog = FileScalerCatalog.open(file, RARELY);
    opened.add(catalog);
    catalog.onChange((id, now) ->
        told.add(id + now.map(scaler -> " max " + scaler.bounds().maxReplicas()).orElse(" gone")));
    return catalog;
  }

  /** Writes with a time of its own each, whatever the file system's resolution. */
  private void write(String yaml) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), yaml);
    Files.setLastModifiedTime(next, FileTime.fromMillis(++writes * 10_000));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String scaler(String name, int maxReplicas) {
    return """
    ---
    apiVersion: tidecaster.io/v1alpha1
    kind: PredictiveScaler
    metadata: {namespace: crm, name: %s}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: %d
      load: {series: {metric: requests_total, type: Counter}}
      objective: {requestsPerReplica: 120}
    """
        .formatted(name, maxReplicas);
  }
}
