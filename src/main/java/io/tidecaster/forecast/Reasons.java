package io.tidecaster.forecast;

import io.tidecaster.forecast.Explanation.Contribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts into words what moved a forecast. */
final class Reasons {
  /** Causes that a sentence names at most. */
  private static final int NAMED = 2;

  private Reasons() {}

  /**
   * Explains the median of one bin ahead by what each kind of feature did in the boosted trees.
   *
   * @param median as it was forecast, blended and all
   * @param claimed what of it comes from the announced size of events
   */
  static Explanation explain(
      Boosting boosting, Bins bins, int binsAhead, Duration ahead, double median, double claimed) {
    int origin = bins.size() - 1;
    double load = boosting.features().at(bins, origin).load();
    double[] byFeature = boosting.contributions(bins, origin, binsAhead);
    Map<Cause, Double> byCause = new EnumMap<>(Cause.class);
    for (int f = 0; f < byFeature.length; f++) {
      byCause.merge(boosting.features().features().get(f).cause(), byFeature[f], Double::sum);
    }
    List<Contribution> contributions = new ArrayList<>();
    byCause.forEach((cause, change) -> contributions.add(new Contribution(cause.text(), change)));
    if (claimed > 0) {
      contributions.add(new Contribution("what was announced", claimed));
    }
    contributions.sort(
        Comparator.comparingDouble((Contribution c) -> -Math.abs(c.change()))
            .thenComparing(Contribution::cause));
    return new Explanation(
        ahead, median, contributions, sentence(ahead, load, median, contributions));
  }

  private static String sentence(
      Duration ahead, double load, double median, List<Contribution> contributions) {
    double change = median - load;
    StringBuilder sentence =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "In %d min the load is expected at %s, %s the %s of now",
                ahead.toMinutes(),
                number(median),
                direction(load, change),
                number(load)));
    String joint = ", mostly by ";
    for (Contribution contribution :
        contributions.subList(0, Math.min(NAMED, contributions.size()))) {
      if (contribution.change() == 0) {
        break;
      }
      sentence
          .append(joint)
          .append(contribution.cause())
          .append(contribution.change() > 0 ? " (+" : " (−")
          .append(number(Math.abs(contribution.change())))
          .append(')');
      joint = " and ";
    }
    return sentence.append('.').toString();
  }

  private static String direction(double load, double change) {
    if (Math.abs(change) < 0.005 * Math.abs(load) || change == 0) {
      return "about";
    }
    return number(Math.abs(change)) + (change > 0 ? " above" : " below");
  }

  /** Three significant digits: 1234.5 is 1230, 0.01234 is 0.0123. */
  private static String number(double value) {
    if (value == 0) {
      return "0";
    }
    return new java.math.BigDecimal(value)
        .round(new java.math.MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }
}
