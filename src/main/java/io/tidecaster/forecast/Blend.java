package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several candidates' quantiles, averaged with weights that they earned. */
final class Blend implements Candidate {
  private final List<Candidate> members;
  private final double[] weights;

  /**
   * A blend.
   *
   * @param weights a weight a member, above 0, together 1
   */
  Blend(List<Candidate> members, double[] weights) {
    this.members = List.copyOf(members);
    this.weights = weights.clone();
  }

  /** The heaviest member's name, with a plus where others have a say. */
  @Override
  public String name() {
    int heaviest = 0;
    for (int i = 1; i < weights.length; i++) {
      if (weights[i] > weights[heaviest]) {
        heaviest = i;
      }
    }
    return members.get(heaviest).name() + (members.size() > 1 ? "+" : "");
  }

  @Override
  public Blend with(Calendar calendar) {
    return new Blend(members.stream().map(member -> member.with(calendar)).toList(), weights);
  }

  /** Whether a member learned what events of this kind do. */
  boolean hasLearned(String kind) {
    return members.stream()
        .anyMatch(member -> member instanceof Boosting trees && trees.features().hasLearned(kind));
  }

  List<Candidate> members() {
    return members;
  }

  double weight(int member) {
    return weights[member];
  }

  @Override
  public double[][] quantiles(Bins bins, int origin) {
    List<double[][]> all = new ArrayList<>(members.size());
    for (Candidate member : members) {
      all.add(member.quantiles(bins, origin));
    }
    return average(all, weights);
  }

  private static double[][] average(List<double[][]> all, double[] weights) {
    double[][] average = new double[all.getFirst().length][all.getFirst()[0].length];
    for (int m = 0; m < all.size(); m++) {
      for (int l = 0; l < average.length; l++) {
        for (int h = 0; h < average[l].length; h++) {
          average[l][h] += weights[m] * all.get(m)[l][h];
        }
      }
    }
    return average;
  }

  /**
   * Votes that the first candidate has from the start, against {@value #ROUNDS} that are to be
   * earned: a few held-out days may flatter any other, and a fifth of the say is enough.
   */
  private static final int HEAD_START = 8;

  private static final int ROUNDS = 2;

  /** A vote must lower the loss by this share; less is chance. */
  private static final double LEAST_GAIN = 0.01;

  /**
   * Weights by greedy selection (Caruana et al., 2004): round by round, the candidate whose vote
   * lowers the blend's pinball loss most gets it. It starts with some votes for the first, which is
   * best by experience, and ends when no vote helps any more.
   *
   * @param forecasts {@code [candidate].get(origin)[level][h]}
   * @param loads {@code [origin][h]}, NaN where unknown
   * @return a weight a candidate, together 1
   */
  static double[] weights(List<List<double[][]>> forecasts, double[][] loads, double[] levels) {
    int candidates = forecasts.size();
    double[] votes = new double[candidates];
    votes[0] = HEAD_START;
    double best = loss(forecasts, share(votes), loads, levels);
    for (int round = 0; round < ROUNDS; round++) {
      int winner = -1;
      double lowest = best * (1 - LEAST_GAIN);
      for (int c = 0; c < candidates; c++) {
        votes[c]++;
        double loss = loss(forecasts, share(votes), loads, levels);
        votes[c]--;
        if (loss < lowest) {
          lowest = loss;
          winner = c;
        }
      }
      if (winner < 0) {
        break;
      }
      votes[winner]++;
      best = lowest;
    }
    return share(votes);
  }

  private static double[] share(double[] votes) {
    double total = Arrays.stream(votes).sum();
    return Arrays.stream(votes).map(vote -> vote / total).toArray();
  }

  /** The mean pinball loss over origins, bins ahead and levels. */
  static double loss(
      List<List<double[][]>> forecasts, double[] weights, double[][] loads, double[] levels) {
    double loss = 0;
    int scored = 0;
    for (int o = 0; o < loads.length; o++) {
      for (int h = 0; h < loads[o].length; h++) {
        double load = loads[o][h];
        if (Double.isNaN(load)) {
          continue;
        }
        scored++;
        for (int l = 0; l < levels.length; l++) {
          double quantile = 0;
          for (int c = 0; c < weights.length; c++) {
            if (weights[c] > 0) {
              quantile += weights[c] * forecasts.get(c).get(o)[l][h];
            }
          }
          loss += Quantiles.pinball(levels[l], load, quantile);
        }
      }
    }
    return scored == 0 ? 0 : loss / scored / levels.length;
  }
}
