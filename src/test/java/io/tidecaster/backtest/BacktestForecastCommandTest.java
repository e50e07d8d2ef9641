package io.tidecaster.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  /** Features, fits, competition and the calibration of the quantiles: all of it is in the rows. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void changesNoDigitOfAForecastForWhatComesAfterItsOrigin(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    writeBenchmark("2026-03-08T00:00:00Z");
    writeTrace(HOURS);
    run();
    List<String> before = Files.readAllLines(dir.resolve("out.csv"));
    int from = 8 * 24 + random.nextInt(20);

    List<String> trace = new ArrayList<>(Files.readAllLines(dir.resolve("wave.csv")));
    for (int hour = from; hour < HOURS; hour++) {
      trace.set(hour + 1, START.plus(Duration.ofHours(hour)) + "," + random.nextDouble(-1e4, 1e6));
    }
    Files.write(dir.resolve("wave.csv"), trace);
    run();

    List<String> after = Files.readAllLines(dir.resolve("out.csv"));
    Instant altered = START.plus(Duration.ofHours(from));
    assertThat(issuedBefore(altered, after))
        .hasSizeGreaterThan(30)
        .isEqualTo(issuedBefore(altered, before));
    assertThat(after).isNotEqualTo(before);
  }

  private static List<String> issuedBefore(Instant time, List<String> rows) {
    return rows.stream()
        .skip(1)
        .filter(row -> Instant.parse(row.split(",", -1)[1]).isBefore(time))
        .toList();
  }

  @Test
  void forecastsWithoutTheEventsWhereAsked() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");
    writeTrace(HOURS);
    run();
    String none = Files.readString(dir.resolve("out.csv"));
    StringBuilder events = new StringBuilder("series,start,end,kind,label,known_in_advance\n");
    for (int day = 0; day < 9; day++) {
      Instant start = START.plus(Duration.ofHours(24L * day + 9));
      events.append("wave,%s,%s,sale,,1%n".formatted(start, start.plusSeconds(7200)));
    }
    Files.writeString(dir.resolve("events.csv"), events);

    run();
    assertThat(Files.readString(dir.resolve("out.csv"))).isNotEqualTo(none);

    run("--without-events");
    assertThat(Files.readString(dir.resolve("out.csv"))).isEqualTo(none);
  }

  @Test
  void leavesOutWhatItIsAskedTo() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");
    writeTrace(HOURS);
    run();
    String everything = Files.readString(dir.resolve("out.csv"));

    run("--without", "LAST_DAYS,CLOCK");
    assertThat(Files.readString(dir.resolve("out.csv"))).isNotEqualTo(everything);

    run("--fit-window", "3d");
    assertThat(Files.readString(dir.resolve("out.csv"))).isNotEqualTo(everything);
  }

  @Test
  void refusesAFitWindowOutOfBounds() throws IOException {
    writeBenchmark("2026-03-10T00:00:00Z");
    writeTrace(HOURS);

    assertThat(run("--fit-window", "1h")).isEqualTo(2);
    assertThat(err.toString()).contains("fitWindow PT1H must lie between PT48H and PT8784H");
  }

  @Test
  void writesAPageOnALoadOfTheUsers() throws IOException {
    // 9 days of 30 minutes, the last judged
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < 9 * 48; i++) {
      csv.append(START.plus(Duration.ofMinutes(30L * i)))
          .append(',')
          .append(100 + 50 * Math.sin(2 * Math.PI * i / 48) + i % 7)
          .append('\n');
    }
    Files.writeString(dir.resolve("own.csv"), csv);
    StringWriter terminal = new StringWriter();

    int exit =
        new CommandLine(new BacktestForecastCommand())
            .setErr(new PrintWriter(err))
            .setOut(new PrintWriter(terminal))
            .execute(
                "--trace", dir.resolve("own.csv").toString(),
                "--days", "1",
                "--out", dir.resolve("page.html").toString());

    assertThat(exit).as(err.toString()).isZero();
    String page = Files.readString(dir.resolve("page.html"));
    // leads of 5 and 15 minutes are finer than the load
    assertThat(page)
        .contains("As it was forecast 30 minutes before", "As it was forecast 60 minutes before")
        .doesNotContain("forecast 15 minutes before", "http://", "https://", "NaN");
    assertThat(terminal.toString()).contains("30 min  tidecaster", "60 min  last value");
    assertThat(err.toString()).contains("100 %");
  }

  @Test
  void wantsOneLoad() {
    assertThat(execute("--out", "x.html")).isEqualTo(2);
    assertThat(execute("--prometheus", "http://127.0.0.1:1", "--out", "x.html")).isEqualTo(2);
    assertThat(err.toString())
        .contains("give one of --trace FILE, --prometheus URL with --query PROMQL, and --bench DIR")
        .hasLineCount(2);
  }

  @Test
  void saysThatPrometheusIsNotThere() {
    assertThat(execute("--prometheus", "ftp://127.0.0.1", "--query", "up", "--out", "x.html"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("ftp://127.0.0.1 is no http or https URL");
  }

  @Test
  void saysThatTooLittleIsLeftToLearnFrom() throws IOException {
    writeTrace(HOURS);
    assertThat(
            execute(
                "--trace", dir.resolve("wave.csv").toString(), "--days", "8", "--out", "x.html"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("less than 2 days are left to learn from");
  }

  private int execute(String... arguments) {
    return new CommandLine(new BacktestForecastCommand())
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
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
