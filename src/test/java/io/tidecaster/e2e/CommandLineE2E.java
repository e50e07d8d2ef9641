package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was typed wrong is said in one line, which names it and what would be right. */
class CommandLineE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path scratch;

  @BeforeAll
  static void writeBrokenFiles() throws IOException {
    write("bad.csv", "timestamp,value\n2026-02-01T00:00:00Z,1\n2026-02-01T00:01:00Z,many\n");
    write("short.csv", "timestamp,value\n2026-02-01T00:00:00Z,1\n");
    write(
        "bad.yaml",
        """
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {namespace: crm, name: crm}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crm}
          maxReplicas: -1
          load: {series: {metric: requests_total, type: Counter}}
          objective: {requestsPerReplica: 40}
        """);
    Files.write(scratch.resolve("binary.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});
    Files.createDirectory(scratch.resolve("directory"));
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(scratch.resolve(name), text, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          demo --trace $/missing.csv      | missing.csv
          demo --trace $/directory        | directory
          demo --trace $/bad.csv          | bad.csv line 3
          demo --trace $/short.csv        | short.csv
          demo --trace $/binary.csv       | binary.csv
          demo --speed 0                  | between 1 and 3600
          demo --speed fast               | 'fast'
          demo --port 99999               | between 0 and 65535
          demo --days 0                   | at least 1
          demo --mode Fast                | Advisory
          demo --data $/bad.csv           | bad.csv
          demo --volume 11                | --volume
          serve --scalers $/missing.yaml  | missing.yaml
          serve --scalers $/bad.yaml      | lower minReplicas
          serve --port -1                 | between 0 and 65535
          serve --mode Fast               | Advisory
          serve --kafka nohost            | nohost
          serve --broker $/bad.csv        | bad.csv
          serve --broker $/x --kafka h:1  | choose one
          broker                          | --data
          broker --data $/x --port 99999  | between 0 and 65535
          broker --data $/bad.csv         | bad.csv
          haproxy                         | no server
          haproxy --server crm1           | NAME=HOST:PORT
          haproxy --slots 0               | between 1 and 1000
          haproxy --dns crm:80            | --name-server
          haproxy --slots 2 --algorithm x | power-of-two
          sail                            | sail
          """)
  void refusesWithOneLineAndStatus2(String typed, String named) {
    List<String> words = List.of(typed.replace("$", scratch.toString()).split(" +", -1));
    try (ServiceProcess process =
        ServiceProcess.named("refused")
            .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
            .arguments(words.toArray(String[]::new))
            .startWithoutWaiting()) {
      int status = process.awaitExit(SOON);

      assertThat(process.log().lines()).singleElement().asString().contains(named);
      assertThat(status).isEqualTo(2);
    }
  }

  @Test
  void refusesATokenThatMightBeGuessedBeforeItWaitsForKafka() throws IOException {
    write("empty.yaml", "");
    try (ServiceProcess process =
        ServiceProcess.named("refused-token")
            .property("tidecaster.api.access.token", "swordfish")
            .arguments(
                "serve", "--kafka", "127.0.0.1:1", "--scalers", scratch.resolve("empty.yaml") + "")
            .startWithoutWaiting()) {
      int status = process.awaitExit(SOON);

      assertThat(process.log()).contains("access.token has 9 characters; give at least 16");
      assertThat(status).isEqualTo(1);
    }
  }
}
