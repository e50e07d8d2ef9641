package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryInputs;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the memory of a container out of its pod. */
final class PodMemory {

  /** Of the options that a JVM is given, in the order in which it, or its script, reads them. */
  private static final List<String> OPTIONS_BEFORE =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS");

  private static final String OPTIONS_AFTER = "_JAVA_OPTIONS";

  private PodMemory() {}

  /**
   * The memory of a container.
   *
   * @param container its spec
   * @param status its status
   * @param guaranteed whether the pod's quality of service is, of which all its containers are part
   */
  static SizeObservation.Memory of(JsonNode container, JsonNode status, boolean guaranteed) {
    OptionalLong request = bytes(container.at("/resources/requests/memory"));
    OptionalLong limit = bytes(container.at("/resources/limits/memory"));
    OptionalLong allocated = bytes(status.at("/allocatedResources/memory"));
    return new SizeObservation.Memory(
        request,
        limit,
        allocated.isPresent() ? allocated : request,
        change(container, request, limit, guaranteed),
        oomKill(status, limit.isPresent() ? limit : request),
        JvmHeap.of(words(container), limit));
  }

  /** Of a pod that is guaranteed what it is limited to, less of a request is another class. */
  private static MemoryInputs.Change change(
      JsonNode container, OptionalLong request, OptionalLong limit, boolean guaranteed) {
    if (PodResizer.restarts(container, "memory")) {
      return MemoryInputs.Change.NONE;
    }
    return guaranteed && limit.isPresent() && limit.equals(request)
        ? MemoryInputs.Change.GROW
        : MemoryInputs.Change.BOTH;
  }

  private static Optional<SizeObservation.OomKill> oomKill(JsonNode status, OptionalLong had) {
    for (String place : List.of("/state/terminated", "/lastState/terminated")) {
      JsonNode end = status.at(place);
      if (end.path("reason").asText().equals("OOMKilled") && had.isPresent()) {
        try {
          Instant at = Instant.parse(end.path("finishedAt").asText());
          return Optional.of(new SizeObservation.OomKill(at, had.getAsLong()));
        } catch (DateTimeParseException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> words(JsonNode container) {
    List<String> words = new ArrayList<>();
    OPTIONS_BEFORE.forEach(name -> variable(container, name).ifPresent(words::add));
    container.path("command").forEach(word -> words.add(word.asText()));
    container.path("args").forEach(word -> words.add(word.asText()));
    variable(container, OPTIONS_AFTER).ifPresent(words::add);
    return words;
  }

  private static Optional<String> variable(JsonNode container, String name) {
    for (JsonNode variable : container.path("env")) {
      if (variable.path("name").asText().equals(name) && variable.path("value").isTextual()) {
        return Optional.of(variable.path("value").asText());
      }
    }
    return Optional.empty();
  }

  static OptionalLong bytes(JsonNode memory) {
    return memory.isValueNode()
        ? OptionalLong.of(
            Quantity.getAmountInBytes(Quantity.parse(memory.asText()))
                .setScale(0, RoundingMode.CEILING)
                .longValueExact())
        : OptionalLong.empty();
  }
}
