package io.tidecaster.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The dashboards of {@code grafana/}, as Grafana would read them. */
public final class Dashboards {
  private static final Path DIRECTORY = Path.of("grafana");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One question that a dashboard asks of Prometheus, with its variables still in it. */
  public record Query(String dashboard, String panel, String expression) {}

  private Dashboards() {}

  static List<JsonNode> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().map(Dashboards::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that is asked: by panels, annotations and variables alike. */
  public static List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode dashboard : all()) {
      String title = dashboard.path("title").asText();
      for (JsonNode panel : dashboard.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          queries.add(new Query(title, panel.path("title").asText(), target.path("expr").asText()));
        }
      }
      for (JsonNode annotation : dashboard.at("/annotations/list")) {
        queries.add(
            new Query(title, annotation.path("name").asText(), annotation.path("expr").asText()));
      }
      for (JsonNode variable : dashboard.at("/templating/list")) {
        String asked = variable.at("/query/query").asText();
        if (!asked.isEmpty()) {
          queries.add(new Query(title, variable.path("name").asText(), series(asked)));
        }
      }
    }
    return queries;
  }

  /** What {@code label_values(series, label)} and {@code query_result(series)} look at. */
  private static String series(String asked) {
    return asked.replaceAll("^label_values\\((.*), \\w+\\)$|^query_result\\((.*)\\)$", "$1$2");
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
