package io.tidecaster.history;

import io.tidecaster.workload.SeriesSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures how many samples a second one thread makes minutes of, and what a scaler holds: 1,000
 * scalers with 10 series, scraped every 15 s. For information; run its {@code main} on the test
 * class path.
 */
final class AssemblyThroughput {
  private static final int SCALERS = 1_000;
  private static final int SERIES = 10;
  private static final int SCRAPE_SECONDS = 15;
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

  private final List<MinuteAssembler> assemblers = new ArrayList<>();
  private final List<LoadHistory> histories = new ArrayList<>();
  private int round;

  private AssemblyThroughput() {
    SignalTypes types =
        new SignalTypes(SeriesSelector.Type.COUNTER, Optional.of(SeriesSelector.Type.COUNTER));
    for (int i = 0; i < SCALERS; i++) {
      assemblers.add(new MinuteAssembler(types, AssemblyRules.DEFAULT));
      histories.add(new LoadHistory());
    }
  }

  public static void main(String[] args) {
    long heapBefore = usedHeap();
    AssemblyThroughput run = new AssemblyThroughput();
    run.rounds(240);
    int rounds = 480;
    long started = System.nanoTime();
    int points = run.rounds(rounds);
    double seconds = (System.nanoTime() - started) / 1e9;
    long samples = (long) rounds * SCALERS * SERIES;
    System.out.printf(
        "%,d samples, %,d points in %.2f s: %,.0f samples/s%n",
        samples, points, seconds, samples / seconds);
    long assemblers = run.assemblers.stream().mapToLong(MinuteAssembler::estimateBytes).sum();
    long histories = run.histories.stream().mapToLong(LoadHistory::estimateBytes).sum();
    long heap = usedHeap() - heapBefore;
    System.out.printf(
        "a scaler: assembler %,d B, history of 3 h %,d B (estimated); both %,d B of heap%n",
        assemblers / SCALERS, histories / SCALERS, heap / run.held());
  }

  /** Scalers held; asked for after the heap was measured, so that they are. */
  private int held() {
    return Math.min(assemblers.size(), histories.size());
  }

  private int rounds(int count) {
    int points = 0;
    for (int r = 0; r < count; r++, round++) {
      for (int scaler = 0; scaler < SCALERS; scaler++) {
        points += scrape(scaler);
      }
    }
    return points;
  }

  private int scrape(int scaler) {
    MinuteAssembler assembler = assemblers.get(scaler);
    Instant now = START.plusSeconds((long) round * SCRAPE_SECONDS);
    for (int series = 0; series < SERIES; series++) {
      // names are made anew, as a deserializer does
      String name = new String(NAMES[series]);
      Signal signal = series < SERIES / 2 ? Signal.LOAD : Signal.CPU;
      assembler.accept(
          new Sample(signal, name, now.toEpochMilli() + series * 997L, round * 150.0 + series),
          now);
    }
    List<LoadPoint> closed = assembler.close(now);
    closed.forEach(histories.get(scaler)::put);
    return closed.size();
  }

  private static final char[][] NAMES = new char[SERIES][];

  static {
    for (int i = 0; i < SERIES; i++) {
      NAMES[i] =
          SeriesIdentity.canonical(
                  Map.of(
                      "namespace", "crm",
                      "app", "crm",
                      "job", "kubernetes-pods",
                      "pod", "crm-deployment-7d9c5b8f4-abcd" + i,
                      "instance", "10.12.0." + i + ":8080"))
              .toCharArray();
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
