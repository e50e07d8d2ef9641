package io.tidecaster.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tidecaster.history.ContainerUse;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Queueing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code tidecaster.load}: JSON with a version. What is unknown is left out.
 *
 * <pre>{@code
 * {"v":1,"minute":"2026-03-02T09:00:00Z","load":412.5,"cpuCores":3.25,"reporting":4,"silent":0,"memoryBytes":5.3e8,"throttled":0.02}
 * }</pre>
 *
 * <p>Where a balancer reports the load, {@code cpuReporting} counts the replicas, and {@code
 * waiting}, {@code retries} and {@code refused} say what it saw beside. {@code containers} says
 * what the containers beside used, by their names.
 */
public final class LoadPointSerde {
  static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final Queueing NOT_ASKED =
      new Queueing(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  private LoadPointSerde() {}

  @RegisterForReflection
  @JsonPropertyOrder({
    "v",
    "minute",
    "load",
    "cpuCores",
    "reporting",
    "silent",
    "cpuReporting",
    "waiting",
    "retries",
    "refused",
    "memoryBytes",
    "throttled",
    "containers"
  })
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Wire(
      int v,
      String minute,
      @Nullable Double load,
      @Nullable Double cpuCores,
      int reporting,
      int silent,
      @Nullable Integer cpuReporting,
      @Nullable Double waiting,
      @Nullable Double retries,
      @Nullable Double refused,
      @Nullable Double memoryBytes,
      @Nullable Double throttled,
      @Nullable Map<String, WireUse> containers) {}

  @RegisterForReflection
  @JsonPropertyOrder({"cpuCores", "reporting", "memoryBytes", "throttled"})
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record WireUse(
      @Nullable Double cpuCores,
      int reporting,
      @Nullable Double memoryBytes,
      @Nullable Double throttled) {}

  public static byte[] encode(LoadPoint point) {
    Wire wire =
        new Wire(
            VERSION,
            point.minute().toString(),
            known(point.load()),
            known(point.cpuCores()),
            point.reporting(),
            point.silent(),
            point.cpuReporting() == LoadPoint.reportingBoth(point.cpuCores(), point.reporting())
                ? null
                : point.cpuReporting(),
            known(queueing(point).waiting()),
            known(queueing(point).retriesPerSecond()),
            known(queueing(point).refusedPerSecond()),
            known(point.largestMemoryBytes()),
            known(point.throttledShare()),
            point.beside().isEmpty() ? null : containers(point));
    try {
      return JSON.writeValueAsBytes(wire);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a load point could not be written", e);
    }
  }

  private static Map<String, WireUse> containers(LoadPoint point) {
    Map<String, WireUse> containers = new TreeMap<>();
    point
        .beside()
        .forEach((name, use) ->
            containers.put(
                name,
                new WireUse(
                    known(use.cpuCores()),
                    use.cpuReporting(),
                    known(use.largestMemoryBytes()),
                    known(use.throttledShare()))));
    return containers;
  }

  private static Map<String, ContainerUse> beside(@Nullable Map<String, WireUse> containers) {
    Map<String, ContainerUse> beside = new TreeMap<>();
    if (containers != null) {
      containers.forEach((name, use) ->
          beside.put(
              name,
              new ContainerUse(
                  optional(use.cpuCores()),
                  use.reporting(),
                  optional(use.memoryBytes()),
                  optional(use.throttled()))));
    }
    return beside;
  }

  /**
   * Reads what {@link #encode} wrote; fields added since are passed over.
   *
   * @throws UnreadableRecordException where this is none, or of another version
   */
  public static LoadPoint decode(byte[] record) throws UnreadableRecordException {
    Wire wire = wire(record);
    try {
      OptionalDouble cpuCores = optional(wire.cpuCores());
      Integer cpuReporting = wire.cpuReporting();
      return new LoadPoint(
          Instant.parse(wire.minute()),
          optional(wire.load()),
          cpuCores,
          wire.reporting(),
          wire.silent(),
          cpuReporting == null ? LoadPoint.reportingBoth(cpuCores, wire.reporting()) : cpuReporting,
          Optional.of(
                  new Queueing(
                      optional(wire.waiting()), optional(wire.retries()), optional(wire.refused())))
              .filter(Queueing::isKnown),
          optional(wire.memoryBytes()),
          optional(wire.throttled()),
          beside(wire.containers()));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new UnreadableRecordException(
          DeadLetterReason.INVALID_VALUE, "no load point can be this: " + e.getMessage());
    }
  }

  private static Queueing queueing(LoadPoint point) {
    return point.queueing().orElse(NOT_ASKED);
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
