package io.tidecaster.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Cost against violations as an SVG: the nearer to the lower left corner, the better. */
final class FrontierPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 380;
  private static final int LEFT = 70;
  private static final int BOTTOM = 44;
  private static final int TOP = 12;
  private static final int RIGHT = 24;

  /** Fewer violations, in per cent of the requests, are drawn as this many. */
  private static final double LEAST = 0.001;

  private static final double MOST = 100;

  private final double dearest;
  private final List<Series> series = new ArrayList<>();

  /**
   * A policy with one of its settings.
   *
   * @param cost replica-hours ÷ those of the oracle
   * @param violations per cent of the requests
   */
  record Point(String name, double cost, double violations) {}

  private record Series(String colour, boolean named, List<Point> points) {}

  /** {@code dearest}: costs above it are left out. */
  FrontierPlot(double dearest) {
    this.dearest = dearest;
  }

  void add(String colour, boolean named, List<Point> points) {
    List<Point> shown = new ArrayList<>(points);
    shown.removeIf(point -> point.cost() > dearest);
    shown.sort(Comparator.comparingDouble(Point::cost));
    series.add(new Series(colour, named, shown));
  }

  String svg() {
    StringBuilder svg =
        new StringBuilder(
            "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, HEIGHT));
    axes(svg);
    for (Series one : series) {
      draw(svg, one);
    }
    return svg.append("</svg>\n").toString();
  }

  private void axes(StringBuilder svg) {
    for (double percent = LEAST; percent <= MOST * 1.01; percent *= 10) {
      double y = y(percent);
      line(svg, LEFT, y, WIDTH - RIGHT, y);
      String label =
          percent <= LEAST ? "≤ 0.001 %" : String.format(Locale.ROOT, "%.3g %%", percent);
      text(svg, LEFT - 6, y + 4, "end", label);
    }
    double step = dearest > 3.5 ? 0.5 : 0.25;
    for (double cost = least(); cost <= dearest + 1e-9; cost += step) {
      double x = x(cost);
      line(svg, x, TOP, x, HEIGHT - BOTTOM);
      text(svg, x, HEIGHT - BOTTOM + 16, "middle", String.format(Locale.ROOT, "%.2f", cost));
    }
    text(
        svg,
        (LEFT + WIDTH) / 2.0,
        HEIGHT - 6,
        "middle",
        "replica-hours ÷ the oracle's; upward: requests in violation");
  }

  /** Below 1 come policies that violate, which the oracle never does. */
  private static double least() {
    return 0.75;
  }

  private void draw(StringBuilder svg, Series one) {
    StringBuilder path = new StringBuilder();
    for (Point point : one.points()) {
      if (point.cost() < least()) {
        continue;
      }
      double x = x(point.cost());
      double y = y(point.violations());
      path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"><title>%s: %.2f of the oracle, %.4f %%</title></circle>",
              x,
              y,
              one.named() ? "5" : "3",
              one.colour(),
              point.name(),
              point.cost(),
              point.violations()));
      if (one.named()) {
        text(svg, x + 8, y - 6, "start", point.name());
      }
    }
    svg.append(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.2\"/>"
            .formatted(path, one.colour()));
  }

  private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"var(--line)\"/>",
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            x,
            y,
            anchor,
            text));
  }

  private double x(double cost) {
    return LEFT + (WIDTH - RIGHT - LEFT) * (cost - least()) / (dearest - least());
  }

  private static double y(double percent) {
    double share = Math.log(Math.clamp(percent, LEAST, MOST) / LEAST) / Math.log(MOST / LEAST);
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share;
  }
}
