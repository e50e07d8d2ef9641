package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlendTest {
  private static final double[] LEVELS = {0.5};
  private static final double[][] LOADS = {{10}, {10}, {10}};

  @Test
  void givesNoVoteToACandidateThatDoesNotHelp() {
    assertThat(Blend.weights(List.of(always(10), always(99)), LOADS, LEVELS)).containsExactly(1, 0);
  }

  @Test
  void givesVotesToACandidateThatErrsTheOtherWay() {
    double[] weights = Blend.weights(List.of(always(9), always(11)), LOADS, LEVELS);

    // 8 votes from the start and 2 that are to be earned
    assertThat(weights[1]).isCloseTo(2.0 / 10, within(1e-9));
    assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void namesItsHeaviestMember() {
    Candidate light = new Fixed("Light");
    Candidate heavy = new Fixed("Heavy");

    assertThat(new Blend(List.of(light, heavy), new double[] {0.3, 0.7}).name())
        .isEqualTo("Heavy+");
    assertThat(new Blend(List.of(heavy), new double[] {1}).name()).isEqualTo("Heavy");
  }

  private static List<double[][]> always(double value) {
    double[][] forecast = {{value}};
    return List.of(forecast, forecast, forecast);
  }

  private record Fixed(String name) implements Candidate {
    @Override
    public double[][] quantiles(Bins bins, int origin) {
      return new double[][] {{1}};
    }
  }
}
