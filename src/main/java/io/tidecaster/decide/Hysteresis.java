package io.tidecaster.decide;

/**
 * How far a need must move before replicas are started or stopped for it. Wide, there are few
 * scalings; narrow, few replicas too many.
 *
 * @param scaleOutReserve a scaling goes for so much more load than it must, 0.05 for 5 %, so that
 *     the next rise needs none
 * @param scaleInBand no replica goes unless at least this share of the replicas may, 0.12 for 12 %
 */
public record Hysteresis(double scaleOutReserve, double scaleInBand) {

  public Hysteresis {
    if (!(scaleOutReserve >= 0 && scaleOutReserve <= 1) || !(scaleInBand >= 0 && scaleInBand < 1)) {
      throw new IllegalArgumentException(
          "scaleOutReserve %s must lie between 0 and 1, scaleInBand %s below 1"
              .formatted(scaleOutReserve, scaleInBand));
    }
  }

  /** The reserve and the band times these factors, as far as they may go. */
  Hysteresis times(double reserve, double band) {
    return new Hysteresis(
        Math.min(1, scaleOutReserve * reserve), Math.min(0.9, scaleInBand * band));
  }
}
