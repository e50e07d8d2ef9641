package io.tidecaster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Each value of the chart has one sentence, which stands in the schema, above the value, and in the
 * README's table. {@code -Dchart.readme.write=true} writes that table anew.
 */
class ChartValuesTest {
  private static final Path CHART = Path.of("charts/tidecaster");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern VALUE = Pattern.compile("( *)([A-Za-z]+):(?: (.*))?");

  private record Value(JsonNode standard, String sentence) {}

  @Test
  void theSchemaTakesTheDefaultsAndKnowsEveryValue() throws IOException {
    Map<String, String> described = new LinkedHashMap<>();
    describe("", JSON.readTree(CHART.resolve("values.schema.json").toFile()), described);
    described.remove("global");

    assertThat(values().keySet()).containsExactlyElementsOf(described.keySet());
    values()
        .forEach(
            (path, value) -> assertThat(described).as(path).containsEntry(path, value.sentence()));
  }

  @Test
  void theReadmesTableIsTheValues() throws IOException {
    Path readme = CHART.resolve("README.md");
    String text = Files.readString(readme);
    String head = text.substring(0, text.indexOf("| value |"));
    String table =
        values().entrySet().stream()
            .map(value ->
                "| `%s` | `%s` | %s |\n"
                    .formatted(
                        value.getKey(),
                        plain(value.getValue().standard()),
                        value.getValue().sentence()))
            .collect(
                Collectors.joining(
                    "", "| value | default | what it does |\n| --- | --- | --- |\n", ""));
    if (Boolean.getBoolean("chart.readme.write")) {
      Files.writeString(readme, head + table);
    }

    assertThat(Files.readString(readme)).isEqualTo(head + table);
  }

  @Test
  void theChartIsOfThisVersion() throws IOException {
    JsonNode chart = new YAMLMapper().readTree(CHART.resolve("Chart.yaml").toFile());
    Matcher version =
        Pattern.compile("<artifactId>tidecaster</artifactId>\\s*<version>(.*?)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(chart.path("appVersion").asText()).isEqualTo(version.group(1));
  }

  /** By path, in the order of values.yaml, each with the comment that stands above it. */
  private static Map<String, Value> values() throws IOException {
    Map<String, Value> values = new LinkedHashMap<>();
    JsonNode parsed = new YAMLMapper().readTree(CHART.resolve("values.yaml").toFile());
    List<String> lines = Files.readAllLines(CHART.resolve("values.yaml"));
    String[] path = new String[8];
    String comment = "";
    for (String line : lines) {
      Matcher value = VALUE.matcher(line);
      if (line.strip().startsWith("#")) {
        comment = line.strip().substring(1).strip();
      } else if (value.matches()) {
        int depth = value.group(1).length() / 2;
        path[depth] = value.group(2);
        if (value.group(3) != null) {
          String[] names = java.util.Arrays.copyOf(path, depth + 1);
          values.put(
              String.join(".", names),
              new Value(parsed.at("/" + String.join("/", names)), comment));
        }
      }
    }
    return values;
  }

  private static void describe(String path, JsonNode schema, Map<String, String> described) {
    for (var property : schema.path("properties").properties()) {
      String name = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
      JsonNode inner = property.getValue();
      if (inner.has("properties")) {
        assertThat(inner.path("additionalProperties").asBoolean(true)).as(name).isFalse();
        describe(name, inner, described);
      } else {
        described.put(name, inner.path("description").asText());
      }
    }
  }

  private static String plain(JsonNode value) {
    return value
        .toString()
        .replace("\":", "\": ")
        .replace(",\"", ", \"")
        .replaceAll(",(?=[\\d{])", ", ");
  }
}
