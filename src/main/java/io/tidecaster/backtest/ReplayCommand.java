package io.tidecaster.backtest;

import io.tidecaster.decide.Decision;
import io.tidecaster.journal.Replay;
import io.tidecaster.journal.Replay.Verdict;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the decisions of a journal again from what they were made from. */
@Command(
    name = "replay",
    description = {
      "Makes every decision of a journal again from its recorded inputs and says, bit for bit,",
      "where it comes out otherwise. Exit status 0: all come out the same; 1: not all, or a line",
      "could not be read, or none has inputs."
    },
    mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {

  /** A longer line is no record of a decision; Kafka takes none above 1 MiB either. */
  private static final int MOST_LINE_BYTES = 1 << 20;

  /** Below this a journal is read sooner than a bar is looked at. */
  private static final long BYTES_WORTH_A_BAR = 4L << 20;

  private static final int BAR_STEPS = 1000;
  private static final int SHOWN_OF_A_LINE = 60;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "The journal, a record a line: decisions.jsonl of backtest run, or the values of the topic tidecaster.decisions. - reads the standard input.")
  @SuppressWarnings("NullAway.Init")
  Path journal;

  @Option(
      names = "--show",
      paramLabel = "N",
      defaultValue = "10",
      description = "Decisions that differ and lines to be told of. Default: ${DEFAULT-VALUE}.")
  int show;

  private long equal;
  private long different;
  private long withoutInputs;
  private long unreadable;

  @Override
  public Integer call() throws IOException {
    if (show < 0) {
      throw new ParameterException(
          spec.commandLine(), "--show %d < 0; say how many to be told of".formatted(show));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (journal.toString().equals("-")) {
      replay(System.in, 0, out);
    } else {
      if (!Files.isRegularFile(journal) || !Files.isReadable(journal)) {
        throw new ParameterException(
            spec.commandLine(), "%s cannot be read; name a journal".formatted(journal));
      }
      try (InputStream in = Files.newInputStream(journal)) {
        replay(in, Files.size(journal), out);
      }
    }
    out.printf(
        "%d decisions: %d equal, %d different, %d without inputs; %d lines unreadable%n",
        equal + different + withoutInputs, equal, different, withoutInputs, unreadable);
    if (withoutInputs > 0) {
      out.println("no inputs recorded: written by a version before they were; nothing to compare");
    }
    out.flush();
    return equal > 0 && different == 0 && unreadable == 0 ? 0 : 1;
  }

  private void replay(InputStream stream, long size, PrintWriter out) throws IOException {
    ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), "tidecaster: replay", BAR_STEPS);
    InputStream in = new BufferedInputStream(stream, 1 << 16);
    Line line = new Line();
    long read = 0;
    int shown = 0;
    for (long number = 1; line.read(in); number++) {
      read += line.length;
      if (!line.isBlank()) {
        take(number, line, out);
      }
      while (size > BYTES_WORTH_A_BAR && shown < BAR_STEPS * read / size) {
        bar.step();
        shown++;
      }
    }
  }

  private void take(long number, Line line, PrintWriter out) {
    Verdict verdict =
        line.length > MOST_LINE_BYTES
            ? new Verdict.Unreadable(
                "%d bytes > %d, the most a record has".formatted(line.length, MOST_LINE_BYTES))
            : Replay.of(line.bytes());
    switch (verdict) {
      case Verdict.Equal _ -> equal++;
      case Verdict.NoInputs _ -> withoutInputs++;
      case Verdict.Different differing -> {
        different++;
        if (different + unreadable <= show) {
          tell(number, differing, out);
        }
      }
      case Verdict.Unreadable broken -> {
        unreadable++;
        if (different + unreadable <= show) {
          out.printf(
              "line %d: %s%n  it begins with %s; take it from the journal again, or leave it out%n",
              number, broken.why().lines().findFirst().orElse(""), line.beginning());
        }
      }
    }
  }

  private static void tell(long number, Verdict.Different differing, PrintWriter out) {
    Decision recorded = differing.recorded();
    out.printf("line %d: %s at %s%n", number, recorded.scaler(), recorded.at());
    for (Replay.Difference difference : differing.differences()) {
      out.printf(
          "  %s: recorded %s, recomputed %s%n",
          difference.field(), difference.recorded(), difference.recomputed());
    }
  }

  /** One line of a file, of which no more is kept than a record can have. */
  private static final class Line {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(4096);
    private long length;

    /** False at the end of the file. */
    boolean read(InputStream in) throws IOException {
      kept.reset();
      length = 0;
      int next = in.read();
      if (next < 0) {
        return false;
      }
      for (; next >= 0 && next != '\n'; next = in.read()) {
        if (length < MOST_LINE_BYTES) {
          kept.write(next);
        }
        length++;
      }
      return true;
    }

    byte[] bytes() {
      return kept.toByteArray();
    }

    boolean isBlank() {
      return length < MOST_LINE_BYTES && kept.toString(StandardCharsets.UTF_8).isBlank();
    }

    String beginning() {
      String text = kept.toString(StandardCharsets.UTF_8).strip();
      return "\""
          + (text.length() > SHOWN_OF_A_LINE ? text.substring(0, SHOWN_OF_A_LINE) + "…" : text)
          + "\"";
    }
  }
}
