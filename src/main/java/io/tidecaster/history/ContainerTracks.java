package io.tidecaster.history;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * All series of one of the containers beside. No minute waits for any of them: what is not known of
 * one container holds back nothing of the others.
 */
final class ContainerTracks {
  private final Map<Signal, SignalTracks> signals = new EnumMap<>(Signal.class);
  private final Optional<LargestOfMinute> memory;

  ContainerTracks(SignalTypes.OfContainer types, AssemblyRules rules) {
    types.bySignal().forEach((signal, type) -> signals.put(signal, new SignalTracks(type, rules)));
    this.memory = types.hasMemory() ? Optional.of(new LargestOfMinute()) : Optional.empty();
  }

  @Nullable SignalTracks signal(Signal signal) {
    return signals.get(signal);
  }

  Optional<LargestOfMinute> memory() {
    return memory;
  }

  ContainerUse measure(long start, long end) {
    Map<Signal, SignalTracks.Measured> measured = new EnumMap<>(Signal.class);
    signals.forEach((signal, tracks) -> measured.put(signal, tracks.measure(start, end)));
    SignalTracks.Measured cpu = measured.getOrDefault(Signal.CPU, SignalTracks.Measured.NOTHING);
    return new ContainerUse(
        cpu.known(),
        cpu.reporting(),
        memory.map(largest -> largest.of(start)).orElse(OptionalDouble.empty()),
        SignalTracks.throttledShare(measured));
  }

  void dropBefore(long open) {
    signals.values().forEach(tracks -> tracks.dropBefore(open));
    memory.ifPresent(largest -> largest.dropBefore(open));
  }

  /** The time of the oldest sample kept; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    long oldest = memory.map(LargestOfMinute::oldest).orElse(Long.MAX_VALUE);
    for (SignalTracks tracks : signals.values()) {
      oldest = Math.min(oldest, tracks.oldest());
    }
    return oldest;
  }

  long estimateBytes() {
    return 48
        + signals.values().stream().mapToLong(SignalTracks::estimateBytes).sum()
        + memory.map(LargestOfMinute::estimateBytes).orElse(0L);
  }
}
