package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidecaster.ops.Build;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image that Jib lays out, without the base it stands on: what a cluster would pull of ours.
 */
class ImageE2E {
  private static final Path IMAGE = Path.of("target/tidecaster-image.tar");
  private static final Path RECIPE = Path.of("src/main/container/Containerfile.jvm");
  private static final Path BUILT = Path.of("target/quarkus-app");
  private static final String HOME = "opt/tidecaster/";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path scratch;

  private static JsonNode config;
  private static List<List<Entry>> layers;

  /** A file or directory of a layer, as {@code tar} lists it. */
  private record Entry(String mode, String owner, String path) {
    static Entry of(String line) {
      String[] words = line.split("\\s+", 6);
      return new Entry(words[0], words[1], words[5]);
    }

    boolean isFile() {
      return mode.startsWith("-");
    }
  }

  @BeforeAll
  static void unpack() throws IOException {
    tar("-xf", IMAGE.toString(), "-C", scratch.toString());
    JsonNode manifest = JSON.readTree(scratch.resolve("manifest.json").toFile()).get(0);
    config = JSON.readTree(scratch.resolve(manifest.path("Config").asText()).toFile());
    layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("Layers")) {
      layers.add(
          tar("--numeric-owner", "-tvzf", scratch.resolve(layer.asText()).toString())
              .lines()
              .map(Entry::of)
              .toList());
    }
  }

  @Test
  void runsOneProcessThatIsNotRoot() {
    JsonNode run = config.path("config");

    assertThat(run.path("User").asText()).isEqualTo("10001:10001");
    assertThat(run.path("Entrypoint").get(0).asText()).isEqualTo("java");
    assertThat(run.path("Cmd")).singleElement().extracting(JsonNode::asText).isEqualTo("serve");
    assertThat(run.path("WorkingDir").asText()).isEqualTo("/opt/tidecaster");
    assertThat(run.path("ExposedPorts").has("8080/tcp")).isTrue();
  }

  @Test
  void saysWhatItIs() {
    Map<String, Object> labels =
        JSON.convertValue(
            config.at("/config/Labels"),
            JSON.getTypeFactory().constructMapType(Map.class, String.class, Object.class));

    assertThat(labels)
        .containsEntry("org.opencontainers.image.title", "Tidecaster")
        .containsEntry("org.opencontainers.image.licenses", "GPL-3.0-or-later")
        .containsEntry("org.opencontainers.image.version", Build.current().version())
        .containsEntry("org.opencontainers.image.revision", Build.current().commit())
        .containsKey("org.opencontainers.image.description");
  }

  /** What a build by hand would make of the same parts starts in the same way. */
  @Test
  void theRecipeForAContainerEngineStartsItLikewise() throws IOException {
    String recipe = Files.readString(RECIPE).replace("\\\n", " ");
    String entrypoint =
        recipe.lines().filter(line -> line.startsWith("ENTRYPOINT ")).findFirst().orElseThrow();

    assertThat(JSON.readTree(entrypoint.substring("ENTRYPOINT ".length())))
        .isEqualTo(config.at("/config/Entrypoint"));
    assertThat(recipe).contains("\nUSER 10001:10001\n", "\nCMD [\"serve\"]\n");
  }

  @Test
  void holdsWhatWasBuiltAndNothingElse() throws IOException {
    Set<String> expected = new TreeSet<>(Set.of(HOME + "LICENSE", HOME + "tidecaster-sbom.json"));
    for (String part : List.of("lib", "app", "quarkus", "quarkus-run.jar")) {
      try (Stream<Path> files = Files.walk(BUILT.resolve(part))) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> expected.add(HOME + BUILT.relativize(file)));
      }
    }

    assertThat(files()).isEqualTo(expected);
  }

  @Test
  void nobodyCanWriteWhatIsInIt() {
    assertThat(layers.stream().flatMap(List::stream))
        .allMatch(entry -> entry.owner().equals("0/0"))
        .allMatch(entry -> entry.mode().matches("-rw-r--r--|drwxr-xr-x"));
  }

  @Test
  void listsEveryLibraryItHolds() throws IOException {
    Path sbom = Path.of("target/tidecaster-sbom.json");
    Set<String> listed =
        JSON.readTree(sbom.toFile())
            .path("components")
            .valueStream()
            .map(component ->
                "%s.%s-%s"
                    .formatted(
                        component.path("group").asText(),
                        component.path("name").asText(),
                        component.path("version").asText()))
            .collect(Collectors.toSet());

    assertThat(files())
        .filteredOn(file -> file.startsWith(HOME + "lib/"))
        .isNotEmpty()
        .allMatch(file -> {
          String jar = file.substring(file.lastIndexOf('/') + 1, file.length() - ".jar".length());
          // a classifier stands after the version
          return listed.stream().anyMatch(one -> jar.equals(one) || jar.startsWith(one + "-"));
        });
  }

  private static Set<String> files() {
    return layers.stream()
        .flatMap(List::stream)
        .filter(Entry::isFile)
        .map(Entry::path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String tar(String... words) {
    var command = new ArrayList<>(List.of("tar"));
    command.addAll(List.of(words));
    try (ChildProcess tar = ChildProcess.start("tar", command)) {
      assertThat(tar.ended(Duration.ofMinutes(1))).isTrue();
      String said = Files.readString(tar.log());
      assertThat(tar.exitStatus()).as(said).isZero();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
