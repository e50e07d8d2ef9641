package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ScalerFileTest {
  private static final Path CASES = Path.of("src/test/resources/crd/ScalerFileTest");

  /** Each case has {@code in.yaml}, and {@code out.txt} or {@code errors.txt}. */
  @TestFactory
  List<DynamicTest> readsEachCaseAsItSays() throws IOException {
    try (Stream<Path> cases = Files.list(CASES)) {
      return cases
          .sorted()
          .map(directory ->
              DynamicTest.dynamicTest(
                  directory.getFileName().toString(), () -> readsAsItSays(directory)))
          .toList();
    }
  }

  private static void readsAsItSays(Path directory) throws IOException {
    String errors = text(directory.resolve("errors.txt"));
    String out = text(directory.resolve("out.txt"));
    var contents = ScalerFile.read("in.yaml", Files.newInputStream(directory.resolve("in.yaml")));

    assertThat(contents.problemText()).isEqualTo(errors);
    assertThat(shown(contents.scalers())).isEqualTo(out);
    assertThat(errors + out).as("a case expects something").isNotEmpty();
  }

  @Test
  void readsTheScalerOfTheDemo() throws IOException {
    var contents = ScalerFile.read(Path.of("src/main/resources/demo/crm.yaml"));

    assertThat(contents.problems()).isEmpty();
    assertThat(contents.scalers())
        .extracting(Scaler::id)
        .asString()
        .isEqualTo("[crm/crm-deployment]");
  }

  @Test
  void readsTheYamlFilesOfADirectoryInOrder(@TempDir Path directory) throws IOException {
    String minimal = Files.readString(CASES.resolve("defaults/in.yaml"));
    Files.writeString(directory.resolve("b.yml"), minimal.replace("name: web", "name: b"));
    Files.writeString(directory.resolve("a.yaml"), minimal.replace("name: web", "name: a"));
    Files.writeString(directory.resolve("notes.txt"), "no YAML");

    assertThat(ScalerFile.read(directory).scalers())
        .extracting(scaler -> scaler.id().name())
        .containsExactly("a", "b");
  }

  @Test
  void refusesOneScalerInTwoFiles(@TempDir Path directory) throws IOException {
    String minimal = Files.readString(CASES.resolve("defaults/in.yaml"));
    Files.writeString(directory.resolve("a.yaml"), minimal);
    Files.writeString(directory.resolve("b.yaml"), minimal);

    assertThat(ScalerFile.read(directory).problemText())
        .contains("b.yaml document 1 (crm/web): metadata: this scaler stands in")
        .contains("a.yaml document 1 too; keep one");
  }

  @Test
  void refusesAFileThatIsTooLarge(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("a.yaml"), "#".repeat(4_194_305));

    assertThatThrownBy(() -> ScalerFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("4194305 bytes > 4194304; split it");
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each scaler with one line a component. */
  private static String shown(List<Scaler> scalers) {
    return scalers.stream()
        .map(scaler ->
            Arrays.stream(Scaler.class.getRecordComponents())
                .map(component -> component.getName() + ": " + value(scaler, component))
                .collect(Collectors.joining("\n")))
        .collect(Collectors.joining("\n\n"));
  }

  private static Object value(Scaler scaler, RecordComponent component) {
    try {
      return component.getAccessor().invoke(scaler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
