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

class BacktestSizeCommandTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  @TempDir private Path dir = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new BacktestCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  /** 27 hours of an hour's waves: one day is judged. */
  private String waves() throws IOException {
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i <= 27 * 12; i++) {
      csv.append(START.plusSeconds(300L * i)).append(',');
      csv.append(500 + 400 * Math.sin(2 * Math.PI * i / 12)).append('\n');
    }
    return Files.writeString(dir.resolve("waves.csv"), csv).toString();
  }

  @Test
  void writesWhatEachOfTheThreeAskedForAtEachMinute() throws IOException {
    String target = dir.resolve("out").toString();

    assertThat(run("size", "--trace", waves(), "--days", "1", "--startup", "3m", "--out", target))
        .as(err.toString())
        .isZero();

    for (String name : List.of("horizontal", "vertical", "optimise")) {
      List<String> desired = Files.readAllLines(Path.of(target, name, "desired.csv"));
      assertThat(desired)
          .hasSize(24 * 60 + 3)
          .startsWith("timestamp,desired,cpu_millicores,memory_bytes");
      assertThat(desired.getLast()).matches("\\S+Z,\\d+,\\d+,\\d+");
    }
    assertThat(Files.readAllLines(Path.of(target, "horizontal", "desired.csv")).subList(1, 1443))
        .allMatch(line -> line.endsWith(",1000,1610612736"));
    assertThat(out.toString().lines().toList().getLast())
        .matches("sizing,waves.csv,180(,\\d+\\.\\d{4},\\d+\\.\\d{4}){3}");
  }

  @Test
  void sizesAContainerBesideTheVpa() throws IOException {
    String target = dir.resolve("container").toString();

    assertThat(run("container", "--trace", waves(), "--days", "1", "--out", target))
        .as(err.toString())
        .isZero();

    assertThat(Files.readAllLines(Path.of(target, "desired.csv"))).hasSize(24 * 60 + 3);
    assertThat(out.toString()).contains("forecast", "VPA, 90 % × 1.15", "hindsight");
  }

  @Test
  void sizesTheMemoryOfAContainerBesideTheVpa() throws IOException {
    String target = dir.resolve("memory").toString();

    assertThat(run("container", "--memory", "--trace", waves(), "--days", "1", "--out", target))
        .as(err.toString())
        .isZero();

    List<String> minutes = Files.readAllLines(Path.of(target, "memory.csv"));
    assertThat(minutes.getFirst()).isEqualTo("timestamp,used_bytes,memory_bytes");
    // a day, and the step of 15 s before the end with which it is counted
    assertThat(minutes).hasSizeBetween(24 * 60 + 1, 24 * 60 + 3);
    assertThat(minutes.subList(1, minutes.size()))
        .allMatch(line -> line.matches("\\S+Z,\\d+,\\d+"));
    // a day has its peak of 4 GiB, and 15 % on top: 24 h × 4.6 = 110.4
    assertThat(out.toString())
        .contains("forecast, never smaller", "peaks alone", "hindsight")
        .containsPattern("VPA, 90 % × 1.15 +110\\.[3-6] +0");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          size --startup 3m --min-cpu 5000          | minAllowed.cpu 5000m > maxAllowed.cpu 4000m; lower the one or raise the other
          size --startup 3m --exponent 2            | exponent 2.0 must lie between 0.3 and 1.2
          size --startup 3m --price-vcpu-hour=-1    | prices -1.0 a vCPU-hour and 0.004445 a GiB-hour: neither can be negative, one must be above 0
          size --startup 3m --min 9 --max 3         | minReplicas 9 > maxReplicas 3
          container --memory --peak-gib 0           | --peak-gib 0.0 must lie between 0.1 and 10000
          container --peak-cores 0                  | --peak-cores 0.0 must lie between 0.1 and 1000
          container --days 7                        | --days 7 of a trace of PT27H: at least 1, and 2 h of history before them
          """)
  void badUsageSaysWhatWouldBeRight(String args, String message) throws IOException {
    Stream<String> more = Stream.of("--trace", waves(), "--out", dir.resolve("never").toString());
    Stream<String> days = args.contains("--days") ? Stream.of() : Stream.of("--days", "1");
    String[] all =
        Stream.of(Stream.of(args.split(" ")), days, more).flatMap(s -> s).toArray(String[]::new);

    assertThat(run(all)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
