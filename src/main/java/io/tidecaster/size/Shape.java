package io.tidecaster.size;

/** So many replicas of such a size. */
public record Shape(int replicas, ContainerSize size) {
  public Shape {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas %d < 0".formatted(replicas));
    }
  }

  /** What an hour of it costs. */
  public double hourPrice(ResourcePrices prices) {
    return replicas * prices.ofHour(size);
  }
}
