package io.tidecaster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Helm as its users run it, on the chart of this checkout. */
public final class Helm {
  static final Path CHART = Path.of("charts/tidecaster");

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final YAMLMapper YAML = new YAMLMapper();

  /** What it said, on either stream, and whether it was content. */
  record Outcome(int status, String text) {

    /** The text, of one that succeeded. */
    String succeeded() {
      if (status != 0) {
        throw new AssertionError("helm ended with status " + status + ": " + text);
      }
      return text;
    }
  }

  private Helm() {}

  static Outcome run(List<String> words) {
    var command = new ArrayList<>(List.of(Tools.find().helm().toString()));
    command.addAll(words);
    try (ChildProcess helm = ChildProcess.start("helm", command)) {
      if (!helm.ended(PATIENCE)) {
        throw new AssertionError("helm " + words + ": not within " + PATIENCE);
      }
      // It tells of the symbolic link to the dashboards each time it follows it.
      String text =
          Files.readString(helm.log())
              .lines()
              .filter(line -> !line.startsWith("walk.go:"))
              .collect(Collectors.joining("\n"));
      return new Outcome(helm.exitStatus(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Outcome run(String... words) {
    return run(List.of(words));
  }

  /** The resources that the chart makes of these values, as release {@code tc}. */
  public static List<JsonNode> template(String... values) {
    var words = new ArrayList<>(List.of("template", "tc", CHART.toString(), "--namespace=tc"));
    words.addAll(List.of(values));
    return resources(run(words).succeeded());
  }

  static List<JsonNode> resources(String yaml) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(yaml, e);
    }
  }
}
