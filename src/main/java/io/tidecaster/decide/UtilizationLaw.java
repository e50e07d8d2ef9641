package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import java.util.OptionalDouble;

/**
 * The CPU of one replica as a line over its load: idle + cost × load.
 *
 * @param idleCores CPU in cores that a replica uses without any load
 * @param cpuSecondsPerRequest CPU that one unit of load costs: core seconds a request
 */
public record UtilizationLaw(double idleCores, double cpuSecondsPerRequest) {

  public UtilizationLaw {
    if (!(idleCores >= 0) || !(cpuSecondsPerRequest > 0)) {
      throw new IllegalArgumentException(
          "idle %s cores must be at least 0 and cost %s CPU seconds a request above 0"
              .formatted(idleCores, cpuSecondsPerRequest));
    }
  }

  /**
   * What one replica is expected to use, in cores, of a load that so many bear alike.
   *
   * <p>Example: 0.1 idle, 0.002 s a request and 900 requests/s on 3: 0.1 + 0.002 · 300 = 0.7 cores.
   */
  public Forecast use(Forecast load, int replicas) {
    return load.of(of -> idleCores + cpuSecondsPerRequest * Math.max(0, of) / replicas);
  }

  /**
   * The load at which one replica uses this much CPU; empty where idling alone uses it.
   *
   * <p>Example: 0.5 cores at 0.05 idle and 0.005 s a request: (0.5 − 0.05) ÷ 0.005 = 90 requests/s.
   */
  public OptionalDouble loadAt(double cores) {
    double load = (cores - idleCores) / cpuSecondsPerRequest;
    return load > 0 ? OptionalDouble.of(load) : OptionalDouble.empty();
  }
}
