package io.tidecaster.backtest;

import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decision;
import io.tidecaster.journal.JournalFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that grow by a line with each decision: {@code desired.csv} and the journal. */
final class OutputFiles implements AutoCloseable {
  private final BufferedWriter desired;
  private final BufferedWriter journal;

  OutputFiles(Path directory) throws IOException {
    desired = Files.newBufferedWriter(directory.resolve("desired.csv"));
    journal = Files.newBufferedWriter(directory.resolve("decisions.jsonl"));
    desired.write("timestamp,desired\n");
  }

  void write(Decided decided) {
    Decision decision = decided.decision();
    try {
      desired.write(decision.at() + "," + decision.desiredReplicas() + "\n");
      journal.write(new String(JournalFormat.write(decided), StandardCharsets.UTF_8));
      journal.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (desired;
        journal) {
      desired.flush();
      journal.flush();
    }
  }
}
