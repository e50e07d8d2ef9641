package io.tidecaster.backtest;

import io.tidecaster.backtest.ForecastTrial.Said;
import io.tidecaster.history.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How forecasts have done, as lines for the terminal and as one page that needs nothing else. */
final class ForecastPage {
  private static final int CELL = 30;
  private static final int LEFT = 44;
  private static final int TOP = 18;

  private final String source;
  private final ForecastTrial.Result result;
  private final double[] loads;

  /**
   * @param source where the load came from, for people
   */
  ForecastPage(String source, ForecastTrial.Result result) {
    this.source = source;
    this.result = result;
    this.loads =
        IntStream.range(0, result.loads().size()).mapToDouble(result.loads()::at).toArray();
  }

  /**
   * How one policy did at one time ahead, over the values that all policies spoke of.
   *
   * @param pinball mean over the levels, in the unit of the load
   * @param error mean absolute error of the median
   * @param covered90 share of loads at or under the 0.9 quantile; likewise {@code covered95}
   */
  private record Score(
      String policy, double pinball, double error, double covered90, double covered95) {}

  private List<Score> scores(Duration ahead) {
    List<Said> said = result.at(ahead);
    boolean[] common = new boolean[loads.length];
    for (int i = 0; i < loads.length; i++) {
      int at = i;
      common[i] =
          !Double.isNaN(loads[i])
              && said.stream().noneMatch(one -> Double.isNaN(one.quantile(0)[at]));
    }
    return said.stream().map(one -> score(one, common)).toList();
  }

  private Score score(Said said, boolean[] common) {
    double pinball = 0;
    double error = 0;
    double[] covered = new double[ForecastTrial.LEVELS.size()];
    int judged = 0;
    for (int i = 0; i < loads.length; i++) {
      if (!common[i]) {
        continue;
      }
      judged++;
      error += Math.abs(loads[i] - said.quantile(0)[i]);
      for (int q = 0; q < covered.length; q++) {
        double level = ForecastTrial.LEVELS.get(q);
        double above = loads[i] - said.quantile(q)[i];
        pinball += (above > 0 ? level * above : (level - 1) * above) / covered.length;
        covered[q] += above <= 0 ? 1 : 0;
      }
    }
    int over = Math.max(1, judged);
    return new Score(
        said.policy(), pinball / over, error / over, covered[1] / over, covered[2] / over);
  }

  /** One line a time ahead and policy. */
  String table() {
    StringBuilder text =
        new StringBuilder(
            "ahead   policy                  pinball   ÷ naive   mean error   0.9 covers   0.95 covers\n");
    for (Duration ahead : result.leads()) {
      List<Score> scores = scores(ahead);
      for (Score score : scores) {
        text.append(
            String.format(
                Locale.ROOT,
                "%2d min  %-22s %8.4g  %8.3f   %10.4g      %7.1f %%     %7.1f %%%n",
                ahead.toMinutes(),
                score.policy(),
                score.pinball(),
                score.pinball() / scores.get(1).pinball(),
                score.error(),
                100 * score.covered90(),
                100 * score.covered95()));
      }
    }
    return text.toString();
  }

  void write(Path file) throws IOException {
    Files.writeString(file, html());
  }

  private String html() {
    StringBuilder page = new StringBuilder(400_000);
    page.append(
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Tidecaster forecast backtest</title>
        <style>
        :root { color-scheme: light dark; --ink: light-dark(#1b2330, #e6e9ef); --soft: light-dark(#5c6675, #9aa4b2);
          --line: light-dark(#d8dde5, #353d4a); --ours: light-dark(#0b63c5, #62a8ff); --load: light-dark(#39434f, #c3cbd6);
          --forecast: light-dark(#7a4fb5, #b394e8); --band: light-dark(#7a4fb540, #b394e850); }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #14191f); max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; } p { max-width: 46rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .9rem; text-align: right; border-bottom: 1px solid var(--line); }
        th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; } tr.ours { font-weight: 600; color: var(--ours); }
        .wide { overflow-x: auto; } svg { width: 100%; height: auto; } svg.map { max-width: 50rem; } svg text { fill: var(--soft); font-size: 11px; }
        .key span { margin-right: 1.2rem; } .key i { display: inline-block; width: 1.2rem; height: 3px; vertical-align: middle; margin-right: .4rem; } .key i.k-band { height: 11px; }
        </style></head><body>
        """);
    Series judged = result.loads();
    page.append("<h1>What Tidecaster would have forecast</h1>\n<p>")
        .append(
            escape(
                "%s, %s to %s, values of %s. At each value only what was known then is used; the model was fitted %d times."
                    .formatted(
                        source,
                        judged.start(),
                        judged.end(),
                        judged.step().toString().substring(2).toLowerCase(Locale.ROOT),
                        result.fits())))
        .append("</p>\n");
    policies(page);
    result.leads().forEach(ahead -> bands(page, ahead));
    errors(page);
    return page.append("</body></html>\n").toString();
  }

  private void policies(StringBuilder page) {
    page.append(
        "<h2>Against forecasts that need no model</h2>\n<div class=\"wide\"><table><tr><th>ahead</th><th>forecast</th><th>pinball loss</th><th>÷ seasonal naive</th><th>mean error of the median</th><th>0.9 covers</th><th>0.95 covers</th></tr>\n");
    for (Duration ahead : result.leads()) {
      List<Score> scores = scores(ahead);
      for (int i = 0; i < scores.size(); i++) {
        Score score = scores.get(i);
        page.append(
            String.format(
                Locale.ROOT,
                "<tr%s><td>%s</td><td>%s</td><td>%.4g</td><td>%.3f</td><td>%.4g</td><td>%.1f %%</td><td>%.1f %%</td></tr>%n",
                i == 0 ? " class=\"ours\"" : "",
                i == 0 ? ahead.toMinutes() + " min" : "",
                escape(score.policy()),
                score.pinball(),
                score.pinball() / scores.get(1).pinball(),
                score.error(),
                100 * score.covered90(),
                100 * score.covered95()));
      }
    }
    page.append(
        "</table></div>\n<p>The pinball loss is the mean over the quantiles 0.5, 0.9 and 0.95, in the unit of the load; less is better. A quantile of 0.9 should cover 90 %. The others take the quantiles of their own errors of the last 7 days.</p>\n");
  }

  private void bands(StringBuilder page, Duration ahead) {
    Said ours = result.at(ahead).getFirst();
    int minutes =
        Math.toIntExact(Duration.between(result.loads().start(), result.loads().end()).toMinutes());
    Chart chart = new Chart(result.loads().start(), minutes);
    chart.band(
        "var(--band)", perMinute(ours.quantile(0), minutes), perMinute(ours.quantile(2), minutes));
    chart.line("var(--band)", perMinute(ours.quantile(2), minutes), false);
    chart.line("var(--load)", perMinute(loads, minutes), false);
    chart.line("var(--forecast)", perMinute(ours.quantile(0), minutes), false);
    page.append("<h2>As it was forecast %d minutes before</h2>\n".formatted(ahead.toMinutes()))
        .append(
            "<p class=\"key\"><span><i style=\"background:var(--load)\"></i>load</span><span><i style=\"background:var(--forecast)\"></i>median</span><span><i class=\"k-band\" style=\"background:var(--band)\"></i>median to 0.95</span></p>\n")
        .append(chart.svg());
  }

  private double[] perMinute(double[] values, int minutes) {
    double[] spread = new double[minutes];
    for (int minute = 0; minute < minutes; minute++) {
      long index = minute * 60L / result.loads().step().toSeconds();
      spread[minute] = values[Math.toIntExact(Math.min(values.length - 1, index))];
    }
    return spread;
  }

  /** The mean error of the longest time ahead, by hour and day of the week. */
  private void errors(StringBuilder page) {
    Duration ahead = result.leads().getLast();
    double[] median = result.at(ahead).getFirst().quantile(0);
    double[][] error = new double[7][24];
    int[][] known = new int[7][24];
    double most = 0;
    for (int i = 0; i < loads.length; i++) {
      if (!Double.isNaN(loads[i]) && !Double.isNaN(median[i])) {
        OffsetDateTime time = result.loads().timeOf(i).atOffset(ZoneOffset.UTC);
        int day = time.getDayOfWeek().getValue() - 1;
        error[day][time.getHour()] += Math.abs(loads[i] - median[i]);
        known[day][time.getHour()]++;
      }
    }
    for (int day = 0; day < 7; day++) {
      for (int hour = 0; hour < 24; hour++) {
        error[day][hour] /= Math.max(1, known[day][hour]);
        most = Math.max(most, error[day][hour]);
      }
    }
    page.append(
            String.format(
                Locale.ROOT,
                "<h2>Where the median errs</h2>%n<p>Mean absolute error %d minutes ahead by hour of the week, UTC; the darkest is %.3g, an empty field was not judged.</p>%n",
                ahead.toMinutes(),
                most))
        .append(
            "<svg class=\"map\" viewBox=\"0 0 %d %d\" role=\"img\">"
                .formatted(LEFT + 24 * CELL, TOP + 7 * CELL));
    for (int hour = 0; hour < 24; hour += 3) {
      page.append("<text x=\"%d\" y=\"12\">%02d:00</text>".formatted(LEFT + hour * CELL, hour));
    }
    for (int day = 0; day < 7; day++) {
      page.append(
          "<text x=\"0\" y=\"%d\">%s</text>"
              .formatted(
                  TOP + day * CELL + 19,
                  DayOfWeek.of(day + 1).getDisplayName(TextStyle.SHORT, Locale.ENGLISH)));
      for (int hour = 0; hour < 24; hour++) {
        page.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" stroke=\"var(--line)\" fill=\"var(--forecast)\" fill-opacity=\"%.2f\"><title>%.4g</title></rect>",
                LEFT + hour * CELL,
                TOP + day * CELL,
                CELL - 2,
                CELL - 2,
                most > 0 && known[day][hour] > 0 ? 0.05 + 0.95 * error[day][hour] / most : 0,
                error[day][hour]));
      }
    }
    page.append("</svg>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
