package io.tidecaster.backtest;

import io.tidecaster.sim.ClosedLoop;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What was asked for at each minute, and why. */
final class SizedFiles implements AutoCloseable {
  private final BufferedWriter desired;
  private final BufferedWriter timeline;

  SizedFiles(Path directory) throws IOException {
    Files.createDirectories(directory);
    desired = Files.newBufferedWriter(directory.resolve("desired.csv"));
    timeline = Files.newBufferedWriter(directory.resolve("timeline.csv"));
    desired.write("timestamp,desired,cpu_millicores,memory_bytes\n");
    timeline.write("timestamp,load,replicas,cpu_millicores,violation_s,sentence\n");
  }

  void write(ClosedLoop.SizedMinute minute) {
    int replicas = minute.shape().replicas();
    long millis = minute.shape().size().cpuMillis();
    try {
      desired.write(
          "%s,%d,%d,%d\n"
              .formatted(minute.at(), replicas, millis, minute.shape().size().memoryBytes()));
      timeline.write(
          "%s,%s,%d,%d,%s,\"%s\"\n"
              .formatted(
                  minute.at(),
                  (float) minute.load(),
                  replicas,
                  millis,
                  minute.violationSeconds(),
                  minute.sentence()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (desired;
        timeline) {
      desired.flush();
      timeline.flush();
    }
  }
}
