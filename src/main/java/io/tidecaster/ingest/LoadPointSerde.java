package io.tidecaster.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidecaster.history.LoadPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code tidecaster.load}: JSON with a version. What is unknown is left out.
 *
 * <pre>{@code
 * {"v":1,"minute":"2026-03-02T09:00:00Z","load":412.5,"cpuCores":3.25,"reporting":4,"silent":0,"memoryBytes":5.3e8}
 * }</pre>
 */
public final class LoadPointSerde {
  static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private LoadPointSerde() {}

  @JsonPropertyOrder({"v", "minute", "load", "cpuCores", "reporting", "silent", "memoryBytes"})
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Wire(
      int v,
      String minute,
      @Nullable Double load,
      @Nullable Double cpuCores,
      int reporting,
      int silent,
      @Nullable Double memoryBytes) {}

  public static byte[] encode(LoadPoint point) {
    Wire wire =
        new Wire(
            VERSION,
            point.minute().toString(),
            known(point.load()),
            known(point.cpuCores()),
            point.reporting(),
            point.silent(),
            known(point.largestMemoryBytes()));
    try {
      return JSON.writeValueAsBytes(wire);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a load point could not be written", e);
    }
  }

  /**
   * Reads what {@link #encode} wrote; fields added since are passed over.
   *
   * @throws UnreadableRecordException where this is none, or of another version
   */
  public static LoadPoint decode(byte[] record) throws UnreadableRecordException {
    Wire wire = wire(record);
    try {
      return new LoadPoint(
          Instant.parse(wire.minute()),
          optional(wire.load()),
          optional(wire.cpuCores()),
          wire.reporting(),
          wire.silent(),
          optional(wire.memoryBytes()));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new UnreadableRecordException(
          DeadLetterReason.INVALID_VALUE, "no load point can be this: " + e.getMessage());
    }
  }

  private static Wire wire(byte[] record) throws UnreadableRecordException {
    try {
      JsonNode tree = JSON.readTree(record);
      JsonNode version = tree.path("v");
      if (tree.isObject() && version.isInt() && version.intValue() != VERSION) {
        throw new UnreadableRecordException(
            DeadLetterReason.UNKNOWN_VERSION,
            "version %d of a load point is not %d, the one known here"
                .formatted(version.intValue(), VERSION));
      }
      if (!version.isInt() || !tree.path("minute").isTextual()) {
        throw new UnreadableRecordException(
            DeadLetterReason.UNDECODABLE, "the record is no load point: v or minute is missing");
      }
      return JSON.treeToValue(tree, Wire.class);
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException e) {
      throw new UnreadableRecordException(
          DeadLetterReason.UNDECODABLE, "the record is no load point: " + e.getMessage());
    }
  }

  private static @Nullable Double known(OptionalDouble value) {
    return value.isPresent() ? finite(value.getAsDouble()) : null;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(finite(value));
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s is no load; leave out what is unknown".formatted(value));
    }
    return value;
  }
}
