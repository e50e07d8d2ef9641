package io.tidecaster.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event that is announced. It is strict: a field that it does not know would be a wish
 * that is silently not followed.
 */
final class EventRequests {
  private static final Duration LONGEST = Duration.ofDays(31);
  private static final Duration FURTHEST = Duration.ofDays(400);
  private static final Pattern KIND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final List<String> FIELDS =
      Arrays.stream(EventRequestJson.class.getRecordComponents())
          .map(component -> component.getName())
          .toList();
  private static final String REMEDY =
      "send {\"kind\":\"campaign\",\"start\":\"2026-05-04T10:00:00Z\",\"durationSeconds\":3600}";

  private final JsonNode body;

  private EventRequests(JsonNode body) {
    this.body = body;
  }

  /**
   * The event that the body announces.
   *
   * @param id the path's, with which the body's must agree; one is made up where neither has one
   */
  static Announcement parse(@Nullable JsonNode body, Optional<String> id, Instant now) {
    if (body == null || !body.isObject()) {
      throw refused(null, "no event is given; " + REMEDY);
    }
    body.fieldNames()
        .forEachRemaining(field -> {
          if (!FIELDS.contains(field)) {
            throw refused(
                field,
                "field \"%s\" is unknown; known here: %s"
                    .formatted(field, String.join(", ", FIELDS)));
          }
        });
    return new EventRequests(body).announcement(id, now);
  }

  private Announcement announcement(Optional<String> pathId, Instant now) {
    String id = text("id").or(() -> pathId).orElseGet(() -> UUID.randomUUID().toString());
    if (pathId.isPresent() && !pathId.get().equals(id)) {
      throw refused(
          id, "id \"%s\" is not the path's \"%s\"; leave it out".formatted(id, pathId.get()));
    }
    String kind =
        text("kind").orElseThrow(() -> refused(null, "kind is missing; name one, as campaign"));
    if (!KIND.matcher(kind).matches()) {
      throw refused(
          kind,
          "kind \"%s\" must have 1 to 63 letters, digits, dots, dashes or underscores, the first a letter or digit"
              .formatted(kind));
    }
    Instant start =
        time("start").orElseThrow(() -> refused(null, "start is missing; give it as " + EXAMPLE));
    Instant end = end(start);
    if (end.isAfter(start.plus(LONGEST))) {
      throw refused(
          end.toString(),
          "it lasts %s > %d days; split it, or announce its start and its end as events of their own"
              .formatted(Duration.between(start, end), LONGEST.toDays()));
    }
    if (start.isAfter(now.plus(FURTHEST))) {
      throw refused(
          start.toString(),
          "start %s is more than %d days after now, %s; announce it later"
              .formatted(start, FURTHEST.toDays(), now));
    }
    Instant announcedAt = time("announcedAt").orElse(now);
    if (announcedAt.isAfter(now)) {
      throw refused(
          announcedAt.toString(),
          "announcedAt %s is after now, %s; leave it out, or give when it was known"
              .formatted(announcedAt, now));
    }
    try {
      return new Announcement(
          id,
          new Event(start, end, kind, text("label").orElse(""), factor(), announcedAt),
          scalers());
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.invalidEvent(null, String.valueOf(e.getMessage())), e);
    }
  }

  private static final String EXAMPLE = "2026-05-04T10:00:00Z";

  private Instant end(Instant start) {
    Optional<Instant> end = time("end");
    JsonNode seconds = body.path("durationSeconds");
    boolean lasts = !seconds.isMissingNode() && !seconds.isNull();
    if (end.isPresent() == lasts) {
      throw refused(
          null,
          lasts
              ? "both end and durationSeconds are given; give one"
              : "neither end nor durationSeconds is given; give one");
    }
    if (end.isPresent()) {
      return end.get();
    }
    if (!seconds.isIntegralNumber() || seconds.asLong() < 1 || seconds.asLong() > 400L * 86_400) {
      throw refused(
          seconds.asText(),
          "durationSeconds %s must be a whole number from 1 to %d"
              .formatted(seconds, LONGEST.toSeconds()));
    }
    return start.plusSeconds(seconds.asLong());
  }

  private OptionalDouble factor() {
    JsonNode factor = body.path("factor");
    if (factor.isMissingNode() || factor.isNull()) {
      return OptionalDouble.empty();
    }
    if (!factor.isNumber()) {
      throw refused(
          factor.asText(), "factor %s is no number; 1.5 is half as much again".formatted(factor));
    }
    return OptionalDouble.of(factor.asDouble());
  }

  private List<String> scalers() {
    JsonNode given = body.path("scalers");
    if (given.isMissingNode() || given.isNull()) {
      return List.of();
    }
    List<String> scalers = new ArrayList<>();
    for (JsonNode scaler : given) {
      scalers.add(scaler.asText());
    }
    if (!given.isArray() || scalers.isEmpty()) {
      throw refused(
          given.toString(),
          "scalers %s is no list of namespace/name or namespace/*; leave it out for all"
              .formatted(given));
    }
    return scalers.stream().distinct().sorted().toList();
  }

  private Optional<String> text(String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw refused(value.toString(), "%s %s is no text; quote it".formatted(field, value));
    }
    return Optional.of(value.textValue());
  }

  private Optional<Instant> time(String field) {
    return text(field)
        .map(value -> {
          try {
            return OffsetDateTime.parse(value).toInstant();
          } catch (DateTimeException noTime) {
            throw new ProblemException(
                Problem.invalidEvent(
                    value,
                    "%s \"%s\" is no RFC 3339 time; write it as %s"
                        .formatted(field, value, EXAMPLE)),
                noTime);
          }
        });
  }

  private static ProblemException refused(@Nullable String value, String detail) {
    return new ProblemException(Problem.invalidEvent(value, detail));
  }
}
