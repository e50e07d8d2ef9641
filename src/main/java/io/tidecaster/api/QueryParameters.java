package io.tidecaster.api;

import io.tidecaster.workload.ScalerId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what callers write behind the question mark; what cannot be read is a 400. */
final class QueryParameters {
  private QueryParameters() {}

  static int limit(@Nullable String text, ApiConfig config) {
    if (text == null) {
      return config.pageItems();
    }
    int most = config.maxPageItems();
    String remedy = "; ask for 1 to %d items".formatted(most);
    int limit;
    try {
      limit = Integer.parseInt(text);
    } catch (NumberFormatException noNumber) {
      throw new ProblemException(
          Problem.invalidParameter(text, "limit \"%s\" is no number%s".formatted(text, remedy)),
          noNumber);
    }
    if (limit < 1) {
      throw new ProblemException(
          Problem.invalidParameter(text, "limit %d < 1%s".formatted(limit, remedy)));
    }
    if (limit > most) {
      throw new ProblemException(
          Problem.invalidParameter(text, "limit %d > %d%s".formatted(limit, most, remedy)));
    }
    return limit;
  }

  static OptionalDouble number(String name, @Nullable String text, double least, double most) {
    if (text == null) {
      return OptionalDouble.empty();
    }
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException noNumber) {
      throw new ProblemException(
          Problem.invalidParameter(text, "%s \"%s\" is no number".formatted(name, text)), noNumber);
    }
    if (!(number >= least && number <= most)) {
      throw new ProblemException(
          Problem.invalidParameter(
              text, "%s %s is not between %s and %s".formatted(name, text, least, most)));
    }
    return OptionalDouble.of(number);
  }

  static Optional<Instant> time(String name, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException noTime) {
      throw new ProblemException(
          Problem.invalidParameter(
              text,
              "%s \"%s\" is no RFC 3339 time; write it as 2026-05-04T09:31:00Z"
                  .formatted(name, text)),
          noTime);
    }
  }

  static Optional<Instant> timeCursor(@Nullable String cursor) {
    return cursor(cursor, Instant::parse);
  }

  static Optional<ScalerId> scalerCursor(@Nullable String cursor) {
    return cursor(cursor, ScalerId::parse);
  }

  static Optional<String> textCursor(@Nullable String cursor) {
    return cursor(cursor, place -> place);
  }

  private static <T> Optional<T> cursor(@Nullable String cursor, Function<String, T> reader) {
    if (cursor == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(Cursors.place(cursor)));
    } catch (IllegalArgumentException | DateTimeException noPlace) {
      throw new ProblemException(
          Problem.invalidParameter(
              cursor,
              "cursor \"%s\" is none of ours; take the page before's next, or leave it out"
                  .formatted(cursor)),
          noPlace);
    }
  }

  /**
   * The time a stream was left at. One that is no time is passed over: an error would make a
   * browser give up for good.
   */
  static Optional<Instant> lastEvent(@Nullable String id) {
    if (id == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(id));
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }
}
