package io.tidecaster.backtest;

import io.tidecaster.calendar.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Known events in a file: {@code series,start,end,kind,label,known_in_advance}, the label quoted
 * where it holds a comma. Rows that were not known in advance are left out.
 */
final class EventsFile {
  private static final String HEADER = "series,start,end,kind,label,known_in_advance";

  /** One event and the series it belongs to. */
  record SeriesEvent(String series, Event event) {}

  private EventsFile() {}

  /** The events of a file, none if there is no such file. */
  static List<SeriesEvent> read(Path file) throws InvalidInputException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e));
    }
    if (lines.isEmpty() || !lines.getFirst().strip().equals(HEADER)) {
      throw new InvalidInputException("%s: the first line is not \"%s\"".formatted(file, HEADER));
    }
    List<SeriesEvent> events = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      List<String> fields = fields(lines.get(i));
      if (fields.size() != 6) {
        throw TraceFile.at(file, i + 1, "%d fields, not 6".formatted(fields.size()));
      }
      if (fields.get(5).equals("1")) {
        try {
          events.add(
              new SeriesEvent(
                  fields.get(0),
                  new Event(
                      TraceFile.time(file, i + 1, fields.get(1)),
                      TraceFile.time(file, i + 1, fields.get(2)),
                      fields.get(3),
                      fields.get(4))));
        } catch (IllegalArgumentException e) {
          throw TraceFile.at(file, i + 1, String.valueOf(e.getMessage()));
        }
      }
    }
    return events;
  }

  /** Splits at commas outside of quotes; a doubled quote inside quotes is one. */
  static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString().strip());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString().strip());
    return fields;
  }
}
