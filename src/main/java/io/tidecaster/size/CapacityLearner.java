package io.tidecaster.size;

/**
 * Learns how capacity depends on size, from the CPU that replicas of several sizes use under load.
 *
 * <p>Of each minute the cost of a request is (CPU − idle) ÷ load a replica. Its logarithm is a line
 * over that of the size, of slope 1 − exponent. The slope has a prior, as sizes hardly differ at
 * first: normal with a standard deviation of 0.2, against minutes whose cost scatters by 20 % and
 * of which ten are worth one, as they resemble each other. Old minutes fade with a half-life of
 * seven days.
 */
public final class CapacityLearner {
  /** Variance of a minute's logarithm × 10 ÷ that of the prior: 0.2² · 10 ÷ 0.2². */
  private static final double PRIOR_WEIGHT = 10;

  private static final double FADING = Math.exp(-Math.log(2) / (7 * 24 * 60));

  private final CapacityLaw prior;
  private double weight;
  private double meanSize;
  private double meanCost;
  private double sizeSquares;
  private double products;

  public CapacityLearner(CapacityLaw prior) {
    this.prior = prior;
  }

  /**
   * One minute in which no replica came, went or was resized.
   *
   * @param cpuMillis the size of each replica
   * @param loadPerReplica what one bore
   * @param coresPerReplica CPU that one used, in cores
   */
  public void observe(long cpuMillis, double loadPerReplica, double coresPerReplica) {
    double busy = coresPerReplica - prior.idleCores();
    boolean starved = coresPerReplica > 0.95 * cpuMillis / 1000.0;
    if (!(loadPerReplica > 0) || !(busy > 0.2 * prior.idleCores()) || starved) {
      return;
    }
    double size = Math.log(cpuMillis / (double) prior.referenceMillis());
    double cost = Math.log(busy / loadPerReplica);
    weight = weight * FADING + 1;
    double away = size - meanSize;
    meanSize += away / weight;
    sizeSquares = sizeSquares * FADING + away * (size - meanSize);
    meanCost += (cost - meanCost) / weight;
    products = products * FADING + away * (cost - meanCost);
  }

  /** What holds after all that was seen. */
  public CapacityLaw law() {
    double priorSlope = 1 - prior.exponent();
    double slope = (products + PRIOR_WEIGHT * priorSlope) / (sizeSquares + PRIOR_WEIGHT);
    return prior.with(
        prior.idleCores(),
        Math.clamp(1 - slope, CapacityLaw.LEAST_EXPONENT, CapacityLaw.LARGEST_EXPONENT));
  }
}
