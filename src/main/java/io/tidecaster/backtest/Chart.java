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
  private static final int TOP = 10;

  private static final double[] ROUND = {1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10};

  private final Instant start;
  private final int minutes;
  private final List<Line> lines = new ArrayList<>();
  private final List<Band> bands = new ArrayList<>();
  private final List<Line> marks = new ArrayList<>();

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

  private static final class Band {
    final String colour;
    final double[] low;
    final double[] high;

    Band(String colour, double[] low, double[] high) {
      this.colour = colour;
      this.low = low;
      this.high = high;
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

  /** Fills what lies between two lines; minutes in which one of them is unknown are left out. */
  void band(String colour, double[] low, double[] high) {
    bands.add(new Band(colour, low, high));
  }

  /** Draws a stroke under each minute whose value is above 0. */
  void marks(String colour, double[] values) {
    marks.add(new Line(colour, values, false));
  }

  String svg() {
    double top = 0;
    for (Line line : lines) {
      for (double value : line.values) {
        top = value > top ? value : top;
      }
    }
    top = roundUp(top);
    StringBuilder svg =
        new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, HEIGHT));
    axes(svg, top);
    for (Band band : bands) {
      svg.append("<path stroke=\"none\" fill=\"")
          .append(band.colour)
          .append("\" d=\"")
          .append(outline(band, top))
          .append("\"/>");
    }
    for (Line mark : marks) {
      svg.append("<path fill=\"none\" stroke-width=\"2\" stroke=\"")
          .append(mark.colour)
          .append("\" d=\"")
          .append(strokes(mark.values))
          .append("\"/>");
    }
    for (Line line : lines) {
      svg.append("<path fill=\"none\" stroke-width=\"1.3\" stroke=\"")
          .append(line.colour)
          .append("\" d=\"")
          .append(path(line, top))
          .append("\"/>");
    }
    return svg.append("</svg>\n").toString();
  }

  /**
   * The next of 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8 or 10 times a power of ten: a quarter is round.
   */
  private static double roundUp(double top) {
    if (!(top > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(top)));
    for (double step : ROUND) {
      if (top <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private void axes(StringBuilder svg, double top) {
    for (int tick = 0; tick <= 4; tick++) {
      double value = top * tick / 4;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"var(--line)\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT,
              WIDTH,
              y(value, top),
              y(value, top),
              LEFT - 6,
              y(value, top) + 4,
              value >= 10 ? "%.0f".formatted(value) : "%.3g".formatted(value)));
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
    int width = minutesAPixel();
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

  private int minutesAPixel() {
    return Math.max(1, minutes / (WIDTH - LEFT));
  }

  private String strokes(double[] values) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        path.append(
            String.format(Locale.ROOT, "M%.1f %dV%d", x(i), HEIGHT - BOTTOM, HEIGHT - BOTTOM - 14));
      }
    }
    return path.toString();
  }

  /** Up along the highs, back along the lows; a stretch ends where either is unknown. */
  private String outline(Band band, double top) {
    StringBuilder path = new StringBuilder();
    StringBuilder back = new StringBuilder();
    int width = minutesAPixel();
    for (int from = 0; from <= band.high.length; from += width) {
      int to = Math.min(from + width, band.high.length);
      double high = Double.NaN;
      double low = Double.NaN;
      for (int i = from; i < to; i++) {
        high = Double.isNaN(high) || band.high[i] > high ? band.high[i] : high;
        low = Double.isNaN(low) || band.low[i] < low ? band.low[i] : low;
      }
      if (Double.isNaN(high) || Double.isNaN(low)) {
        close(path, back);
        continue;
      }
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", back.isEmpty() ? "M" : "L", x(from), y(high, top)));
      back.insert(0, String.format(Locale.ROOT, "L%.1f %.1f", x(from), y(low, top)));
    }
    close(path, back);
    return path.toString();
  }

  private static void close(StringBuilder path, StringBuilder back) {
    if (!back.isEmpty()) {
      path.append(back).append('Z');
      back.setLength(0);
    }
  }

  private double x(int minute) {
    return LEFT + (double) (WIDTH - LEFT) * minute / Math.max(1, minutes);
  }

  private static double y(double value, double top) {
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top);
  }
}
