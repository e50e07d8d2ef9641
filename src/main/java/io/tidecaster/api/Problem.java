package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An error as RFC 9457 tells it; the only body that a status of 400 and above has. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    description = "An error (RFC 9457).",
    requiredProperties = {"type", "title", "status", "detail"})
public record Problem(
    @Schema(
            description = "Names the kind of problem; about:blank where the status says it all.",
            examples = "urn:tidecaster:problem:invalid-mode")
        String type,
    @Schema(
            description = "The kind of problem in words; the same for all of its type.",
            examples = "The mode is not valid")
        String title,
    @Schema(description = "The HTTP status.", examples = "422") int status,
    @Schema(
            description = "What happened here, for a person: value, bound and remedy.",
            examples =
                "mode \"Fast\" is none of Paused, Advisory, Enforcing; send {\"mode\":\"Advisory\"}")
        String detail,
    @Schema(
            description = "The path that was asked for.",
            examples = "/api/v1/scalers/crm/crm-web/mode")
        @Nullable String instance,
    @Schema(description = "The value that was refused.", examples = "Fast") @Nullable String value,
    @Schema(
            description = "The values that would have been taken.",
            examples = "[\"Paused\",\"Advisory\",\"Enforcing\"]")
        @Nullable List<String> allowed) {

  private static final String TYPE_PREFIX = "urn:tidecaster:problem:";

  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status %d is no error's".formatted(status));
    }
    allowed = allowed == null ? null : List.copyOf(allowed);
  }

  /** A problem that its status says fully. */
  static Problem ofStatus(int status, String title, String detail) {
    return new Problem("about:blank", title, status, detail, null, null, null);
  }

  private static Problem of(String type, int status, String title, String detail) {
    return new Problem(TYPE_PREFIX + type, title, status, detail, null, null, null);
  }

  /** Something that this needs cannot be reached now; asking again later may help. */
  public static Problem unavailable(String detail) {
    return of("unavailable", 503, "Not available now", detail);
  }

  /** The change contradicts how the installation is set up; asking again does not help. */
  public static Problem conflict(String detail) {
    return of("conflict", 409, "The installation does not allow this", detail);
  }

  static Problem unauthenticated(String detail) {
    return of("unauthenticated", 401, "Who asks is not known", detail);
  }

  static Problem forbidden(String detail) {
    return of("forbidden", 403, "Who asks may not do this", detail);
  }

  static Problem unknownScaler(String id) {
    return of(
            "unknown-scaler",
            404,
            "No such scaler",
            "there is no scaler \"%s\"; GET /api/v1/scalers lists those there are".formatted(id))
        .withValue(id, null);
  }

  static Problem notSized(String id) {
    return of(
            "not-sized",
            404,
            "No container is sized",
            "scaler \"%s\" sizes no container; name one in spec.vertical.containers".formatted(id))
        .withValue(id, null);
  }

  static Problem malformed(String detail) {
    return of("malformed-json", 400, "The body is not valid JSON", detail);
  }

  static Problem invalidParameter(String value, String detail) {
    return of("invalid-parameter", 400, "A query parameter is not valid", detail)
        .withValue(value, null);
  }

  static Problem invalidMode(@Nullable String value, String detail, List<String> allowed) {
    return of("invalid-mode", 422, "The mode is not valid", detail).withValue(value, allowed);
  }

  static Problem invalidEvent(@Nullable String value, String detail) {
    return of("invalid-event", 422, "The event is not valid", detail).withValue(value, null);
  }

  static Problem unknownEvent(String id) {
    return of(
            "unknown-event",
            404,
            "No such event",
            "there is no event \"%s\"; GET /api/v1/events lists those there are".formatted(id))
        .withValue(id, null);
  }

  static Problem eventDiffers(String id) {
    return of(
            "event-differs",
            409,
            "Another event has this id",
            "event \"%s\" was announced with other values; PUT /api/v1/events/%s changes it"
                .formatted(id, id))
        .withValue(id, null);
  }

  Problem at(String path) {
    return new Problem(type, title, status, detail, path, value, allowed);
  }

  private Problem withValue(@Nullable String refused, @Nullable List<String> permitted) {
    return new Problem(type, title, status, detail, instance, refused, permitted);
  }
}
