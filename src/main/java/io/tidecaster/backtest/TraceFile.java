package io.tidecaster.backtest;

import io.tidecaster.history.Series;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A load in a file: {@code timestamp,value}, RFC 3339 times on a regular grid in ascending order; a
 * row left out or an empty value is a gap.
 */
final class TraceFile {
  /** More values than this are no trace but a mistake: 19 years of minutes. */
  private static final int MOST_VALUES = 10_000_000;

  /** Rows from which the step is found. */
  private static final int STEP_ROWS = 1000;

  private TraceFile() {}

  static Series read(Path file, Duration step) throws InvalidInputException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String header = reader.readLine();
      if (header == null || !header.strip().equals("timestamp,value")) {
        throw new InvalidInputException(
            "%s: the first line is \"%s\", not \"timestamp,value\"".formatted(file, header));
      }
      return values(file, reader, step);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such file".formatted(file));
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e));
    }
  }

  /** The narrowest distance between two of the first rows. */
  static Duration stepOf(Path file) throws InvalidInputException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      var _ = reader.readLine();
      Instant before = null;
      Duration step = null;
      int line = 1;
      for (String row = reader.readLine();
          row != null && line < STEP_ROWS;
          row = reader.readLine()) {
        line++;
        int comma = row.indexOf(',');
        if (comma < 0) {
          continue;
        }
        Instant time = time(file, line, row.substring(0, comma));
        if (before != null) {
          Duration distance = Duration.between(before, time);
          step = step == null || distance.compareTo(step) < 0 ? distance : step;
        }
        before = time;
      }
      if (step == null || !step.isPositive()) {
        throw new InvalidInputException(
            "%s: the first rows give no step; write timestamp,value rows in ascending order"
                .formatted(file));
      }
      return step;
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such file".formatted(file));
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e));
    }
  }

  private static Series values(Path file, BufferedReader reader, Duration step)
      throws IOException, InvalidInputException {
    double[] values = new double[1024];
    int size = 0;
    Instant start = null;
    int line = 1;
    for (String row = reader.readLine(); row != null; row = reader.readLine()) {
      line++;
      if (row.isBlank()) {
        continue;
      }
      int comma = row.indexOf(',');
      if (comma < 0) {
        throw at(file, line, "\"%s\" is not timestamp,value".formatted(row));
      }
      Instant time = time(file, line, row.substring(0, comma));
      if (start == null) {
        start = time;
      }
      long index = index(file, line, start, time, step);
      if (index < size) {
        throw at(file, line, "%s does not come after the line before".formatted(time));
      }
      if (index >= MOST_VALUES) {
        throw at(file, line, "%s makes more than %d values".formatted(time, MOST_VALUES));
      }
      if (index >= values.length) {
        values = Arrays.copyOf(values, (int) Math.max(index + 1, 2L * values.length));
      }
      Arrays.fill(values, size, (int) index, Double.NaN);
      values[(int) index] = value(file, line, row.substring(comma + 1).strip());
      size = (int) index + 1;
    }
    if (start == null) {
      throw new InvalidInputException("%s: holds no values".formatted(file));
    }
    return Series.of(start, step, Arrays.copyOf(values, size));
  }

  private static long index(Path file, int line, Instant start, Instant time, Duration step)
      throws InvalidInputException {
    long seconds = time.getEpochSecond() - start.getEpochSecond();
    if (time.getNano() != 0 || seconds % step.toSeconds() != 0) {
      throw at(file, line, "%s is not on the grid of %s from %s".formatted(time, step, start));
    }
    return seconds / step.toSeconds();
  }

  static Instant time(Path file, int line, String text) throws InvalidInputException {
    try {
      return OffsetDateTime.parse(text.strip()).toInstant();
    } catch (DateTimeException e) {
      throw at(
          file, line, "\"%s\" is no RFC 3339 time such as 2026-03-02T00:00:00Z".formatted(text));
    }
  }

  private static double value(Path file, int line, String text) throws InvalidInputException {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isInfinite(value)) {
        throw at(file, line, "an infinite value is no load");
      }
      return value;
    } catch (NumberFormatException e) {
      throw at(file, line, "\"%s\" is no number".formatted(text));
    }
  }

  static InvalidInputException at(@Nullable Path file, int line, String what) {
    return new InvalidInputException("%s line %d: %s".formatted(file, line, what));
  }
}
