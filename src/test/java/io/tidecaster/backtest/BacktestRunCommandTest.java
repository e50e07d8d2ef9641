package io.tidecaster.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BacktestRunCommandTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  @TempDir private Path dir = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new BacktestRunCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  /** 27 hours of an hour's waves: one day is judged. */
  private Path waves() throws IOException {
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i <= 27 * 12; i++) {
      csv.append(START.plusSeconds(300L * i)).append(',');
      csv.append(500 + 400 * Math.sin(2 * Math.PI * i / 12)).append('\n');
    }
    return Files.writeString(dir.resolve("waves.csv"), csv);
  }

  private List<String> frontier() {
    return out.toString().lines().filter(line -> line.startsWith("frontier,")).toList();
  }

  @Test
  void severalStartUpTimesSayWhatEachSaysAlone() throws IOException {
    String trace = waves().toString();
    Path both = dir.resolve("both");
    assertThat(
            run("--trace", trace, "--days", "1", "--startup", "3m,60s", "--out", both.toString()))
        .as(err.toString())
        .isZero();
    List<String> together = frontier();
    assertThat(together)
        .hasSize(2)
        .satisfiesExactly(
            fast -> assertThat(fast).startsWith("frontier,waves.csv,60,"),
            slow -> assertThat(slow).startsWith("frontier,waves.csv,180,"));

    out.getBuffer().setLength(0);
    Path alone = dir.resolve("alone");
    assertThat(run("--trace", trace, "--days", "1", "--startup", "3m", "--out", alone.toString()))
        .as(err.toString())
        .isZero();
    assertThat(frontier()).containsExactly(together.getLast());
    for (String file : List.of("desired.csv", "timeline.csv", "decisions.jsonl", "report.html")) {
      assertThat(alone.resolve(file)).hasSameBinaryContentAs(both.resolve("180s").resolve(file));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --startup 3m                                  | give one of --trace FILE, and --prometheus URL with --query PROMQL
          --startup 3m --prometheus http://127.0.0.1:1  | give one of --trace FILE, and --prometheus URL with --query PROMQL
          --startup 3m --trace no.csv --query up        | give one of --trace FILE, and --prometheus URL with --query PROMQL
          --startup 3m --trace no.csv                   | --trace no.csv cannot be read
          --startup 3x --trace no.csv                   | "3x" is no time; write 90s or 3m
          --startup 3m --query up --prometheus http://127.0.0.1:1 --history 7 | --history 7 must lie between --days 7 + 1 and 366
          """)
  void badUsageSaysWhatWouldBeRight(String args, String message) {
    Path target = dir.resolve("never");
    String[] all =
        Stream.concat(Stream.of(args.split(" ")), Stream.of("--out", target.toString()))
            .toArray(String[]::new);
    assertThat(run(all)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
    assertThat(target).doesNotExist();
  }
}
