package io.tidecaster.optimise;

import io.tidecaster.decide.Decider;
import io.tidecaster.decide.PeakFit;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.workload.ScalerId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Measures what docs/sizing.md says of learning how far ahead a size looks, and says how to run. No
 * test: what it finds depends on the machine and on who else uses it.
 */
final class ResizeFitFigures {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAY = 24 * 60;
  private static final int WEEKS_KEPT = 5;
  private static final int RUNS = 4;

  private ResizeFitFigures() {}

  public static void main(String[] arguments) {
    for (int run = 0; run < RUNS; run++) {
      ResizePlanner planner =
          new ResizePlanner(
              new PeakPlanner(
                  new ScalerId("crm", "crm-" + run),
                  PeakPlanner.Settings.DEFAULT,
                  Decider.Settings.DEFAULT),
              new ResizePlanner.Settings(Duration.ofSeconds(30), Duration.ofMinutes(1), 0.95));
      int from = 0;
      for (String which : new String[] {"first, of five weeks", "next, a day later"}) {
        int to = from == 0 ? (WEEKS_KEPT * 7 + 1) * DAY : from + DAY;
        for (int minute = from; minute < to; minute++) {
          planner.observe(MONDAY.plusSeconds(60L * minute), OptionalDouble.of(officeHours(minute)));
        }
        from = to;
        PeakFit fit = planner.fitDue(400).orElseThrow();
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        planner.adopt(fit.run());
        long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        System.out.printf(Locale.ROOT, "%s: %.2f s CPU%n", which, (after - before) / 1e9);
      }
    }
  }

  private static double officeHours(int minute) {
    double noise = new SplittableRandom(minute).nextDouble(-1, 1);
    return (300 + 200 * Math.sin(2 * Math.PI * minute / DAY)) * (1 + 0.1 * noise);
  }
}
