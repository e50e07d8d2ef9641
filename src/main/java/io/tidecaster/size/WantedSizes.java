package io.tidecaster.size;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the containers of a replica are to request.
 *
 * @param first of the one that bears the load
 * @param beside of those beside it that were decided on, by their names
 */
public record WantedSizes(WantedSize first, Map<String, WantedSize> beside) {

  public WantedSizes {
    beside = Collections.unmodifiableMap(new TreeMap<>(beside));
  }

  /** Of one container alone. */
  public static WantedSizes of(WantedSize first) {
    return new WantedSizes(first, Map.of());
  }

  /** That of a container beside; empty where it was not decided on. */
  public Optional<WantedSize> beside(String container) {
    return Optional.ofNullable(beside.get(container));
  }
}
