package io.tidecaster.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** On the journal that backtest run writes. */
class ReplayCommandTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  @TempDir private Path dir = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** One judged day of an hour's waves, after a day of history: 24 × 60 + 1 decisions. */
  private List<String> journal() throws IOException {
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i <= 2 * 288; i++) {
      csv.append(START.plusSeconds(300L * i)).append(',');
      csv.append(500 + 400 * Math.sin(2 * Math.PI * i / 12)).append('\n');
    }
    Files.writeString(dir.resolve("wave.csv"), csv);
    assertThat(
            run(
                new BacktestRunCommand(),
                "--trace",
                dir.resolve("wave.csv").toString(),
                "--startup",
                "3m",
                "--days",
                "1",
                "--out",
                dir.toString()))
        .as(err.toString())
        .isZero();
    out.getBuffer().setLength(0);
    return Files.readAllLines(dir.resolve("decisions.jsonl"));
  }

  private int run(Object command, String... args) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private int replay(List<String> lines, String... options) throws IOException {
    Path file = Files.write(dir.resolve("journal.jsonl"), lines);
    List<String> args = new ArrayList<>(List.of(options));
    args.add(file.toString());
    return run(new ReplayCommand(), args.toArray(String[]::new));
  }

  @Test
  void theJournalOfABacktestComesOutTheSame_andATamperedOneDoesNot() throws IOException {
    List<String> lines = journal();
    assertThat(lines).hasSizeGreaterThan(1400);
    assertThat(replay(lines)).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "%d decisions: %d equal, 0 different, 0 without inputs; 0 lines unreadable%n"
                .formatted(lines.size(), lines.size()));

    out.getBuffer().setLength(0);
    List<String> tampered = new ArrayList<>(lines.subList(0, 6));
    tampered.set(1, lines.get(1).replaceFirst("\"readyReplicas\":\\d+", "\"readyReplicas\":77"));
    tampered.set(2, "half a rec");
    tampered.set(3, lines.get(3).substring(0, lines.get(3).indexOf(",\"inputs\":")) + "}");
    tampered.set(4, "");
    assertThat(replay(tampered)).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern(
            "line 2: backtest/trace at 2026-03-03T\\S+Z\\s+fleet.readyReplicas: recorded 77,"
                + " recomputed \\d+\\s+line 3: the record is broken: ")
        .contains("it begins with \"half a rec\"; take it from the journal again, or leave it out")
        .contains("4 decisions: 2 equal, 1 different, 1 without inputs; 1 lines unreadable")
        .contains("no inputs recorded");
  }

  @Test
  void aJournalWithoutAnyInputsProvesNothing() throws IOException {
    assertThat(replay(List.of())).isEqualTo(1);
    assertThat(out.toString()).startsWith("0 decisions: 0 equal");
  }

  @Test
  void tellsOfNoMoreThanItIsAskedFor() throws IOException {
    assertThat(replay(List.of("a", "b", "c"), "--show", "1")).isEqualTo(1);
    assertThat(out.toString()).contains("line 1:").doesNotContain("line 2:").contains("3 lines");
  }

  @Test
  void aLineThatNeverEndsIsNotKept() throws IOException {
    assertThat(replay(List.of("x".repeat(2 << 20)))).isEqualTo(1);
    assertThat(out.toString()).contains("line 1: 2097152 bytes > 1048576, the most a record has");
  }

  @Test
  void aMissingFileIsAMistakeOfTheCaller() {
    assertThat(run(new ReplayCommand(), dir.resolve("none.jsonl").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.jsonl cannot be read; name a journal");
  }
}
