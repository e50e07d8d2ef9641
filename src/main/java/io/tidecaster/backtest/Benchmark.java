package io.tidecaster.backtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A forecast benchmark: {@code benchmark.json} beside the traces it names.
 *
 * @param entries in the order of the file
 */
record Benchmark(List<Entry> entries) {

  /**
   * One trace and the origins at which it is to be forecast.
   *
   * @param trace the file of its values
   * @param horizon steps ahead
   * @param stride steps from one origin to the next
   * @param evalStart the first step to be forecast; the step before is the first origin
   */
  record Entry(
      String name, Path trace, Duration step, int horizon, int stride, Instant evalStart) {}

  Benchmark {
    entries = List.copyOf(entries);
  }

  static Benchmark read(Path dir) throws InvalidInputException {
    Path file = dir.resolve("benchmark.json");
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "%s: no such file; --bench names the directory that holds benchmark.json"
              .formatted(file));
    }
    JsonNode series;
    try {
      series = new ObjectMapper().readTree(Files.readString(file)).path("series");
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s line %d: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()));
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e));
    }
    if (!series.isObject() || series.isEmpty()) {
      throw new InvalidInputException("%s: \"series\" names no series".formatted(file));
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : series.properties()) {
      entries.add(entry(file, dir, field.getKey(), field.getValue()));
    }
    return new Benchmark(entries);
  }

  private static Entry entry(Path file, Path dir, String name, JsonNode node)
      throws InvalidInputException {
    try {
      return new Entry(
          name,
          dir.resolve(text(file, name, node, "bench")),
          Duration.ofSeconds(whole(file, name, node, "step_s", 21_600)),
          whole(file, name, node, "H", 1440),
          whole(file, name, node, "stride_steps", 1_000_000),
          Instant.parse(text(file, name, node, "eval_start")));
    } catch (DateTimeException e) {
      throw new InvalidInputException(
          "%s: %s.eval_start is no time: %s".formatted(file, name, e.getMessage()));
    }
  }

  private static String text(Path file, String name, JsonNode node, String field)
      throws InvalidInputException {
    if (!node.path(field).isTextual()) {
      throw new InvalidInputException("%s: %s.%s is missing".formatted(file, name, field));
    }
    return node.path(field).textValue();
  }

  private static int whole(Path file, String name, JsonNode node, String field, int most)
      throws InvalidInputException {
    int value = node.path(field).asInt(0);
    if (value < 1 || value > most) {
      throw new InvalidInputException(
          "%s: %s.%s %s must lie between 1 and %d"
              .formatted(file, name, field, node.path(field), most));
    }
    return value;
  }
}
