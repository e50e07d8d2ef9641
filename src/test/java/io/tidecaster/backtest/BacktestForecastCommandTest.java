package io.tidecaster.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BacktestForecastCommandTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final int HOURS = 9 * 24;

  @TempDir private Path dir = Path.of("");

  private final StringWriter err = new StringWriter();

  @Test
  void writesEveryHorizonOfEveryOrigin() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");
    writeTrace(HOURS);

    assertThat(run()).isZero();

    List<String> lines = Files.readAllLines(dir.resolve("out.csv"));
    assertThat(lines.getFirst()).isEqualTo("series,origin,h,q50,q90,q95");
    // origins 191, 193, … while origin + 3 < 216: 11 of them, 3 horizons each
    assertThat(lines).hasSize(1 + 11 * 3);
    assertThat(lines.get(1)).startsWith("wave,2026-03-09T23:00:00Z,1,");
    assertThat(err.toString()).contains("wave: 11 origins, 0 without a forecast");
  }

  @Test
  void doesNotLookBeyondTheOrigin() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");
    writeTrace(HOURS);
    run();
    List<String> whole = Files.readAllLines(dir.resolve("out.csv"));

    writeTrace(HOURS - 10);
    run();

    List<String> cut = Files.readAllLines(dir.resolve("out.csv"));
    assertThat(cut).hasSizeGreaterThan(10);
    assertThat(whole.subList(0, cut.size())).isEqualTo(cut);
  }

  @Test
  void saysWhereBenchmarkJsonIsMissing() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString())
        .contains("benchmark.json: no such file; --bench names the directory")
        .hasLineCount(1);
  }

  @Test
  void saysWhichLineOfATraceIsBad() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");
    Files.writeString(
        dir.resolve("wave.csv"), "timestamp,value\n" + START + ",1\n2026-03-02T01:00:00Z,many\n");

    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("wave.csv line 3: \"many\" is no number").hasLineCount(1);
  }

  @Test
  void saysThatNothingIsLeftToForecast() throws IOException {
    writeBenchmark("2026-03-20T00:00:00Z");
    writeTrace(HOURS);

    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("no horizon after it").hasLineCount(1);
  }

  @Test
  void saysThatASeriesIsUnknown() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");

    assertThat(run("--series", "tide")).isEqualTo(2);
    assertThat(err.toString()).contains("--series tide is not in").hasLineCount(1);
  }

  @Test
  void readsQuotedEventLabels() {
    assertThat(EventsFile.fields("a,b,c,gap,\"away, \"\"all\"\" day\",1"))
        .containsExactly("a", "b", "c", "gap", "away, \"all\" day", "1");
  }

  private int run(String... more) {
    CommandLine command = new CommandLine(new BacktestForecastCommand());
    command.setErr(new PrintWriter(err, true));
    String[] args =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    "--bench", dir.toString(), "--out", dir.resolve("out.csv").toString()),
                java.util.stream.Stream.of(more))
            .toArray(String[]::new);
    return command.execute(args);
  }

  private void writeBenchmark(String evalStart) throws IOException {
    Files.writeString(
        dir.resolve("benchmark.json"),
        """
        {"series": {"wave": {"bench": "wave.csv", "step_s": 3600, "H": 3, "stride_steps": 2,
          "eval_start": "%s"}}}
        """
            .formatted(evalStart));
  }

  private void writeTrace(int hours) throws IOException {
    StringBuilder text = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < hours; i++) {
      double load = 100 + 50 * Math.sin(2 * Math.PI * i / 24) + 7 * Math.sin(i * 1.7);
      text.append(START.plus(Duration.ofHours(i))).append(',').append(load).append('\n');
    }
    Files.writeString(dir.resolve("wave.csv"), text);
  }
}
