package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Scalers from YAML, for use outside Kubernetes: one or more {@code PredictiveScaler} documents, or
 * the {@code List} that kubectl prints, in a file or in the {@code .yaml} and {@code .yml} files of
 * a directory.
 */
public final class ScalerFile {
  /** The most files of a directory that are read. */
  static final int MOST_FILES = 1_000;

  /** The largest file that is read, in bytes. */
  static final long LARGEST_FILE_BYTES = 4L << 20;

  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                  .build())
          .build();

  private ScalerFile() {}

  /**
   * All that was read.
   *
   * @param scalers those that can be followed, in the order of the documents
   * @param problems the others, with the file and the document that they stand in
   */
  public record Contents(List<Scaler> scalers, List<Problem> problems) {
    public Contents {
      scalers = List.copyOf(scalers);
      problems = List.copyOf(problems);
    }

    /** All problems, one a line. */
    public String problemText() {
      return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
  }

  /**
   * What is wrong with one document.
   *
   * @param place the file, and the document's number in it from 1
   */
  public record Problem(String place, Optional<ScalerId> id, SpecError error) {
    @Override
    public String toString() {
      return "%s%s: %s".formatted(place, id.map(name -> " (" + name + ")").orElse(""), error);
    }
  }

  /**
   * Reads a file, or a directory's files in the order of their names.
   *
   * @throws IOException where it cannot be read, or is too much
   */
  public static Contents read(Path path) throws IOException {
    var gathering = new Gathering();
    for (Path file : files(path)) {
      long bytes = Files.size(file);
      if (bytes > LARGEST_FILE_BYTES) {
        throw new IOException(
            "%s has %d bytes > %d; split it".formatted(file, bytes, LARGEST_FILE_BYTES));
      }
      gathering.add(file.toString(), Files.readString(file));
    }
    return gathering.contents();
  }

  /** Reads a stream to its end, for YAML that comes with the program; the name is for errors. */
  public static Contents read(String name, InputStream yaml) throws IOException {
    var gathering = new Gathering();
    gathering.add(name, new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
    return gathering.contents();
  }

  /** The files that {@link #read(Path)} reads. */
  static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> files =
          entries
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().matches(".*\\.ya?ml"))
              .sorted()
              .limit(MOST_FILES + 1L)
              .toList();
      if (files.size() > MOST_FILES) {
        throw new IOException(
            "%s has more than %d YAML files; split it".formatted(path, MOST_FILES));
      }
      return files;
    }
  }

  /** What was read so far; no two scalers of one id. */
  private static final class Gathering {
    private final Map<ScalerId, String> places = new LinkedHashMap<>();
    private final List<Scaler> scalers = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    void add(String file, String yaml) {
      try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
        for (int number = 1; documents.hasNextValue(); number++) {
          addDocument("%s document %d".formatted(file, number), documents.nextValue());
        }
      } catch (JsonProcessingException e) {
        problem(file, Optional.empty(), noYaml(e));
      } catch (IOException e) {
        throw new IllegalStateException("reading text from memory failed", e);
      }
    }

    private static SpecError noYaml(JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String problem = e.getOriginalMessage().replaceAll("\\s+", " ").strip();
      return new SpecError("line " + line, "is no YAML: " + problem);
    }

    private void addDocument(String place, JsonNode document) {
      if (document.isNull() || document.isMissingNode()) {
        return; // what stands before the first --- or after the last
      }
      if (document.path("kind").asText().equals("List") && document.path("items").isArray()) {
        for (int i = 0; i < document.path("items").size(); i++) {
          addResource("%s item %d".formatted(place, i + 1), document.path("items").get(i));
        }
      } else {
        addResource(place, document);
      }
    }

    private void addResource(String place, JsonNode resource) {
      switch (ResourceReader.read(resource)) {
        case Reading.Accepted(Scaler scaler) -> {
          String earlier = places.putIfAbsent(scaler.id(), place);
          if (earlier == null) {
            scalers.add(scaler);
          } else {
            problem(
                place,
                Optional.of(scaler.id()),
                new SpecError(
                    "metadata", "this scaler stands in %s too; keep one".formatted(earlier)));
          }
        }
        case Reading.Rejected rejected ->
            rejected.errors().forEach(error -> problem(place, rejected.id(), error));
      }
    }

    private void problem(String place, Optional<ScalerId> id, SpecError error) {
      problems.add(new Problem(place, id, error));
    }

    Contents contents() {
      return new Contents(scalers, problems);
    }
  }
}
