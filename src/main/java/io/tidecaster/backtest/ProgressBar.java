package io.tidecaster.backtest;

import java.io.PrintWriter;

/** One line on the terminal that fills up; prints only when a further per cent is done. */
public final class ProgressBar {
  private static final int WIDTH = 40;

  private final PrintWriter terminal;
  private final String task;
  private final int steps;
  private int done;
  private int shownPercent = -1;

  public ProgressBar(PrintWriter terminal, String task, int steps) {
    this.terminal = terminal;
    this.task = task;
    this.steps = Math.max(1, steps);
  }

  public void step() {
    done = Math.min(steps, done + 1);
    int percent = Math.toIntExact(100L * done / steps);
    if (percent == shownPercent) {
      return;
    }
    shownPercent = percent;
    int filled = WIDTH * percent / 100;
    terminal.printf(
        "\r%s [%s%s] %3d %%", task, "#".repeat(filled), ".".repeat(WIDTH - filled), percent);
    if (done == steps) {
      terminal.println();
    }
    terminal.flush();
  }
}
