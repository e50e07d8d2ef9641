package io.tidecaster.sim;

import io.tidecaster.history.Series;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A recorded load: values on a regular grid, linear in between. Across a gap it is linear too, and
 * {@link #minutes} says that nobody knew it.
 */
public final class TraceLoad implements Load {
  private static final int MAX_POINTS = 20_000_000;

  private final Instant start;
  private final Duration step;
  private final double[] values;
  private final boolean[] known;

  private TraceLoad(Instant start, Duration step, double[] values, boolean[] known) {
    this.start = start;
    this.step = step;
    this.values = values;
    this.known = known;
  }

  /** Reads a CSV file with the columns {@code timestamp,value}; see {@link #parse}. */
  public static TraceLoad read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return parse(file.getFileName().toString(), reader);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s is no text in UTF-8; give CSV with the columns timestamp,value"
              .formatted(file.getFileName()),
          e);
    }
  }

  /**
   * Reads CSV with the columns {@code timestamp} and {@code value}.
   *
   * <p>A timestamp is ISO 8601 (without an offset: UTC) or seconds since the epoch. An empty value,
   * {@code NaN} or a row left out is a gap. The rows must lie on one grid.
   *
   * @param name what to call it in an error
   * @throws IllegalArgumentException names the line, what is wrong with it, and what would be right
   */
  public static TraceLoad parse(String name, BufferedReader reader) throws IOException {
    List<Row> rows = rows(name, reader);
    if (rows.size() < 2) {
      throw new IllegalArgumentException("%s: %d rows < 2".formatted(name, rows.size()));
    }
    long stepMillis = Long.MAX_VALUE;
    for (int i = 1; i < rows.size(); i++) {
      long millis = rows.get(i).millis() - rows.get(i - 1).millis();
      if (millis <= 0) {
        throw new IllegalArgumentException(
            "%s line %d: %s is not after the line before; sort the rows by time"
                .formatted(name, rows.get(i).line(), Instant.ofEpochMilli(rows.get(i).millis())));
      }
      stepMillis = Math.min(stepMillis, millis);
    }
    long origin = rows.getFirst().millis();
    long points = (rows.getLast().millis() - origin) / stepMillis + 1;
    if (points > MAX_POINTS) {
      throw new IllegalArgumentException(
          "%s: %d points on a grid of %s > %d"
              .formatted(name, points, Duration.ofMillis(stepMillis), MAX_POINTS));
    }
    double[] values = new double[(int) points];
    Arrays.fill(values, Double.NaN);
    for (Row row : rows) {
      long since = row.millis() - origin;
      if (since % stepMillis != 0) {
        throw new IllegalArgumentException(
            "%s line %d: %s is not on the grid of %s from %s"
                .formatted(
                    name,
                    row.line(),
                    Instant.ofEpochMilli(row.millis()),
                    Duration.ofMillis(stepMillis),
                    Instant.ofEpochMilli(origin)));
      }
      values[(int) (since / stepMillis)] = row.value();
    }
    return of(name, Instant.ofEpochMilli(origin), Duration.ofMillis(stepMillis), values);
  }

  /**
   * A load of these values.
   *
   * @param values NaN marks a gap; the first and the last known value bound what can be asked for
   */
  public static TraceLoad of(String name, Instant start, Duration step, double... values) {
    int first = 0;
    int last = values.length - 1;
    while (first <= last && Double.isNaN(values[first])) {
      first++;
    }
    while (last >= first && Double.isNaN(values[last])) {
      last--;
    }
    if (last - first < 1) {
      throw new IllegalArgumentException(name + ": fewer than 2 known values");
    }
    double[] filled = Arrays.copyOfRange(values, first, last + 1);
    boolean[] known = new boolean[filled.length];
    int before = 0;
    for (int i = 0; i < filled.length; i++) {
      known[i] = !Double.isNaN(filled[i]);
      if (known[i]) {
        for (int gap = before + 1; gap < i; gap++) {
          double share = (double) (gap - before) / (i - before);
          filled[gap] = filled[before] + share * (filled[i] - filled[before]);
        }
        before = i;
      }
    }
    return new TraceLoad(start.plus(step.multipliedBy(first)), step, filled, known);
  }

  /** The time of the first value. */
  public Instant start() {
    return start;
  }

  /** The time of the last value: the load is known before it. */
  public Instant end() {
    return start.plus(step.multipliedBy(values.length - 1));
  }

  public Duration step() {
    return step;
  }

  /** The largest value. */
  public double peak() {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** This load with every value multiplied by {@code factor}. */
  public TraceLoad times(double factor) {
    if (!(factor > 0 && Double.isFinite(factor))) {
      throw new IllegalArgumentException("factor %s must be above 0".formatted(factor));
    }
    return new TraceLoad(
        start, step, Arrays.stream(values).map(value -> value * factor).toArray(), known);
  }

  /** This load scaled so that its peak needs exactly {@code replicas} of this capacity. */
  public TraceLoad scaledTo(int replicas, double capacityPerReplica) {
    return times(replicas * capacityPerReplica / peak());
  }

  @Override
  public double at(Instant time) {
    double position = position(time);
    int before = Math.clamp((int) Math.floor(position), 0, values.length - 1);
    int after = Math.min(before + 1, values.length - 1);
    double share = Math.clamp(position - before, 0.0, 1.0);
    return values[before] + share * (values[after] - values[before]);
  }

  /**
   * The means of the minutes from the first whole minute to the last: of {@code samples} a minute
   * that are spread evenly from its start. A minute that touches a gap is NaN.
   */
  public Series minutes(int samples) {
    long first = Math.ceilDiv(start.toEpochMilli(), 60_000L);
    long last = end().toEpochMilli() / 60_000L;
    double[] means = new double[(int) Math.max(0, last - first)];
    long spacing = 60_000L / samples;
    for (int minute = 0; minute < means.length; minute++) {
      long from = (first + minute) * 60_000L;
      double sum = 0;
      boolean all = true;
      for (int sample = 0; sample < samples; sample++) {
        Instant time = Instant.ofEpochMilli(from + sample * spacing);
        sum += at(time);
        all &= isKnown(time);
      }
      means[minute] = all ? sum / samples : Double.NaN;
    }
    return Series.of(Instant.ofEpochMilli(first * 60_000L), Duration.ofMinutes(1), means);
  }

  /** Whether the values on both sides of this time were recorded. */
  public boolean isKnown(Instant time) {
    double position = position(time);
    if (position < 0 || position > values.length - 1) {
      return false;
    }
    int before = (int) Math.floor(position);
    int after = (int) Math.ceil(position);
    return known[before] && known[after];
  }

  private double position(Instant time) {
    return (double) (time.toEpochMilli() - start.toEpochMilli()) / step.toMillis();
  }

  private record Row(int line, long millis, double value) {}

  private static List<Row> rows(String name, BufferedReader reader) throws IOException {
    String header = reader.readLine();
    List<String> columns =
        header == null
            ? List.of()
            : List.of(header.strip().toLowerCase(Locale.ROOT).split(",", -1));
    int timeColumn = columns.indexOf("timestamp");
    int valueColumn = columns.indexOf("value");
    if (timeColumn < 0 || valueColumn < 0) {
      throw new IllegalArgumentException(
          "%s line 1: \"%s\" names no columns timestamp,value"
              .formatted(name, header == null ? "" : header));
    }
    List<Row> rows = new ArrayList<>();
    int line = 1;
    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
      line++;
      if (text.isBlank()) {
        continue;
      }
      String[] fields = text.split(",", -1);
      if (fields.length <= Math.max(timeColumn, valueColumn)) {
        throw new IllegalArgumentException(
            "%s line %d: %d fields, the header names %d"
                .formatted(name, line, fields.length, columns.size()));
      }
      rows.add(
          new Row(
              line,
              millis(name, line, fields[timeColumn].strip()),
              value(name, line, fields[valueColumn].strip())));
    }
    return rows;
  }

  private static long millis(String name, int line, String text) {
    try {
      if (!text.isEmpty() && text.chars().allMatch(c -> Character.isDigit(c) || c == '.')) {
        return Math.round(Double.parseDouble(text) * 1000);
      }
      String iso = text.replace(' ', 'T');
      boolean offset = iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
      return offset
          ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s line %d: timestamp \"%s\" is neither ISO 8601 nor seconds since the epoch"
              .formatted(name, line, text),
          e);
    }
  }

  private static double value(String name, int line, String text) {
    if (text.isEmpty() || text.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s line %d: value \"%s\" is no number; leave it empty for a gap"
              .formatted(name, line, text),
          e);
    }
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "%s line %d: load %s must be at least 0".formatted(name, line, text));
    }
    return value;
  }
}
