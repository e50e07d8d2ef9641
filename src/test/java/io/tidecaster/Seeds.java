package io.tidecaster;

import io.tidecaster.backtest.ProgressBar;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.ScaleReason;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A range of seeds, {@code 17} or {@code 1-10000}, each of which is played by {@link SeededRun}.
 *
 * <p>As a program it plays those of its argument with a progress bar and ends with status 1 at the
 * first that breaks a rule; CONTRIBUTING says how to run it.
 */
record Seeds(int first, int last) {
  Seeds {
    if (first > last) {
      throw new IllegalArgumentException(
          "seeds %d-%d: the first is above the last; turn them round".formatted(first, last));
    }
  }

  static Seeds parse(String text) {
    String[] ends = text.split("-", 2);
    try {
      return new Seeds(
          Integer.parseUnsignedInt(ends[0]), Integer.parseUnsignedInt(ends[ends.length - 1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "seeds \"%s\" are neither a number nor a range; write 17 or 1-10000".formatted(text), e);
    }
  }

  /** All that a decision on replicas of one size may be for; few seeds meet only some of them. */
  static Set<String> reasons() {
    return Set.copyOf(
        Stream.concat(
                Stream.of(ScaleReason.values())
                    .filter(reason -> reason != ScaleReason.LEAST_COST)
                    .map(ScaleReason::label),
                Stream.of(HoldReason.values()).map(HoldReason::label))
            .toList());
  }

  /** Plays them in order; throws at the first that breaks a rule. */
  Played play(Runnable afterEach) {
    Set<String> met = new TreeSet<>();
    long[] decisions = {0};
    for (int seed = first; seed <= last; seed++) {
      new SeededRun(seed)
          .play(decision -> {
            decisions[0]++;
            met.add(decision.outcome().reasonLabel());
          });
      afterEach.run();
    }
    return new Played(decisions[0], met);
  }

  /** What was met on the way. */
  record Played(long decisions, Set<String> reasons) {}

  public static void main(String[] arguments) {
    Seeds seeds = parse(arguments.length == 0 ? "1-10000" : arguments[0]);
    int count = seeds.last - seeds.first + 1;
    PrintWriter terminal = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    ProgressBar bar = new ProgressBar(terminal, "seeds " + seeds.first + "-" + seeds.last, count);
    long before = System.nanoTime();
    try {
      Played played = seeds.play(bar::step);
      System.out.printf(
          Locale.ROOT,
          "%d seeds, %d decisions, no rule broken, in %.0f s; reasons met: %s%n",
          count,
          played.decisions,
          (System.nanoTime() - before) / 1e9,
          String.join(", ", played.reasons));
    } catch (AssertionError broken) {
      terminal.println();
      System.out.println(broken.getMessage());
      System.exit(1);
    }
  }
}
