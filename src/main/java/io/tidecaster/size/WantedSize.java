package io.tidecaster.size;

import java.util.OptionalLong;

/**
 * What a container is to request.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes empty where memory is left as it is
 */
public record WantedSize(long cpuMillis, OptionalLong memoryBytes) {

  private static final long MIB = 1L << 20;

  /** Whether one of its amounts is another than this one's by more than this share of it. */
  public boolean differs(WantedSize other, double share) {
    return isOff(share, cpuMillis, other.cpuMillis)
        || (memoryBytes.isPresent()
            && other.memoryBytes.isPresent()
            && isOff(share, memoryBytes.getAsLong(), other.memoryBytes.getAsLong()));
  }

  private static boolean isOff(double share, long from, long to) {
    return Math.abs(to - from) > share * from;
  }

  /** {@code 900m CPU}, {@code 900m CPU and 512Mi}. */
  @Override
  public String toString() {
    return memoryBytes.isPresent()
        ? "%dm CPU and %dMi".formatted(cpuMillis, Math.ceilDiv(memoryBytes.getAsLong(), MIB))
        : cpuMillis + "m CPU";
  }

  /** A CPU alone. */
  public static WantedSize ofCpu(long cpuMillis) {
    return new WantedSize(cpuMillis, OptionalLong.empty());
  }
}
