package io.tidecaster.backtest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over the same minutes as an SVG, each pixel the largest of its minutes. */
final class Chart {
  private static final int WIDTH = 1400;
  private static final int HEIGHT = 300;
  private static final int LEFT = 55;
  private static final int BOTTOM = 22;

  private final Instant start;
  private final int minutes;
  private final List<Line> lines = new ArrayList<>();

  private static final class Line {
    final String colour;
    final double[] values;
    final boolean steps;

    Line(String colour, double[] values, boolean steps) {
      this.colour = colour;
      this.values = values;
      this.steps = steps;
    }
  }

  Chart(Instant start, int minutes) {
    this.start = start;
    this.minutes = minutes;
  }

  /**
   * Adds a line.
   *
   * @param values one a minute, NaN where unknown
   * @param steps whether a value holds until the next
   */
  void line(String colour, double[] values, boolean steps) {
    lines.add(new Line(colour, values, steps));
  }

  String svg() {
    double top = 0;
    for (Line line : lines) {
      for (double value : line.values) {
        top = value > top ? value : top;
      }
    }
    top = top > 0 ? top * 1.05 : 1;
    StringBuilder svg =
        new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, HEIGHT));
    axes(svg, top);
    for (Line line : lines) {
      svg.append("<path fill=\"none\" stroke-width=\"1.3\" stroke=\"")
          .append(line.colour)
          .append("\" d=\"")
          .append(path(line, top))
          .append("\"/>");
    }
    return svg.append("</svg>\n").toString();
  }

  private void axes(StringBuilder svg, double top) {
    for (int tick = 0; tick <= 4; tick++) {
      double value = top * tick / 4;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"var(--line)\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>",
              LEFT,
              WIDTH,
              y(value, top),
              y(value, top),
              LEFT - 6,
              y(value, top) + 4,
              value));
    }
    Instant day = start.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    Instant end = start.plus(minutes, ChronoUnit.MINUTES);
    for (; day.isBefore(end); day = day.plus(1, ChronoUnit.DAYS)) {
      double x = x((int) ChronoUnit.MINUTES.between(start, day));
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\" stroke=\"var(--line)\"/><text x=\"%.1f\" y=\"%d\">%s</text>",
              x,
              x,
              HEIGHT - BOTTOM,
              x + 3,
              HEIGHT - 6,
              day.atOffset(ZoneOffset.UTC).toLocalDate()));
    }
  }

  private String path(Line line, double top) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    int width = Math.max(1, minutes / (WIDTH - LEFT));
    double before = 0;
    for (int from = 0; from < line.values.length; from += width) {
      double largest = Double.NaN;
      for (int i = from; i < Math.min(from + width, line.values.length); i++) {
        double value = line.values[i];
        largest = Double.isNaN(largest) || value > largest ? value : largest;
      }
      if (Double.isNaN(largest)) {
        pen = false;
        continue;
      }
      double x = x(from);
      if (pen && line.steps) {
        path.append(String.format(Locale.ROOT, "L%.1f %.1f", x, y(before, top)));
      }
      path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", x, y(largest, top)));
      before = largest;
      pen = true;
    }
    return path.toString();
  }

  private double x(int minute) {
    return LEFT + (double) (WIDTH - LEFT) * minute / Math.max(1, minutes);
  }

  private static double y(double value, double top) {
    return (HEIGHT - BOTTOM) * (1 - value / top);
  }
}
