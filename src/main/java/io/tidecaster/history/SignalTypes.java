package io.tidecaster.history;

import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.SeriesSelector;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the samples of each signal of a scaler are to be read.
 *
 * @param cpu empty where the scaler has no CPU signal
 * @param pressure whether a balancer in front tells of requests that wait
 * @param hasMemory whether it has a memory signal, which is a gauge
 * @param throttling whether it is known how often a CPU limit held the replicas back
 * @param beside those of the containers beside, by their names
 */
public record SignalTypes(
    SeriesSelector.Type load,
    Optional<SeriesSelector.Type> cpu,
    boolean pressure,
    boolean hasMemory,
    boolean throttling,
    Map<String, OfContainer> beside) {

  /**
   * Those of a container beside.
   *
   * @param hasMemory whether it has a memory signal, likewise {@code throttling}
   */
  public record OfContainer(SeriesSelector.Type cpu, boolean hasMemory, boolean throttling) {
    Map<Signal, SeriesSelector.Type> bySignal() {
      Map<Signal, SeriesSelector.Type> types = new EnumMap<>(Signal.class);
      types.put(Signal.CPU, cpu);
      if (throttling) {
        types.put(Signal.THROTTLED, SeriesSelector.Type.COUNTER);
        types.put(Signal.CPU_PERIODS, SeriesSelector.Type.COUNTER);
      }
      return types;
    }
  }

  public SignalTypes {
    beside = Map.copyOf(beside);
  }

  /** Of a container alone. */
  public SignalTypes(
      SeriesSelector.Type load,
      Optional<SeriesSelector.Type> cpu,
      boolean pressure,
      boolean hasMemory,
      boolean throttling) {
    this(load, cpu, pressure, hasMemory, throttling, Map.of());
  }

  /** Of neither a balancer nor memory nor limits. */
  public SignalTypes(SeriesSelector.Type load, Optional<SeriesSelector.Type> cpu) {
    this(load, cpu, false, false, false);
  }

  /** The types that this scaler states. */
  public static SignalTypes of(Scaler scaler) {
    Map<String, OfContainer> beside = new TreeMap<>();
    scaler
        .beside()
        .forEach((name, sources) ->
            beside.put(
                name,
                new OfContainer(
                    sources.cpu().series().type(),
                    sources.memory().isPresent(),
                    sources.throttling().isPresent())));
    return new SignalTypes(
        scaler.load().series().type(),
        scaler.cpu().map(source -> source.series().type()),
        scaler.pressure().isPresent(),
        scaler.memory().isPresent(),
        scaler.throttling().isPresent(),
        beside);
  }

  /** The type of each signal there is. */
  Map<Signal, SeriesSelector.Type> bySignal() {
    Map<Signal, SeriesSelector.Type> types = new EnumMap<>(Signal.class);
    types.put(Signal.LOAD, load);
    cpu.ifPresent(type -> types.put(Signal.CPU, type));
    if (pressure) {
      types.put(Signal.WAITING, SeriesSelector.Type.GAUGE);
      types.put(Signal.RETRIES, SeriesSelector.Type.COUNTER);
      types.put(Signal.REDISPATCHES, SeriesSelector.Type.COUNTER);
      types.put(Signal.REFUSED, SeriesSelector.Type.COUNTER);
    }
    if (throttling) {
      types.put(Signal.THROTTLED, SeriesSelector.Type.COUNTER);
      types.put(Signal.CPU_PERIODS, SeriesSelector.Type.COUNTER);
    }
    return Collections.unmodifiableMap(types);
  }
}
