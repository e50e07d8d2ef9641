package io.tidecaster.size;

import java.util.OptionalLong;

/**
 * What a container is to request.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes empty where memory is left as it is
 */
public record WantedSize(long cpuMillis, OptionalLong memoryBytes) {

  /** A CPU alone. */
  public static WantedSize ofCpu(long cpuMillis) {
    return new WantedSize(cpuMillis, OptionalLong.empty());
  }
}
