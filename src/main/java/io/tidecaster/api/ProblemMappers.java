package io.tidecaster.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Turns whatever goes wrong in a request into a {@link Problem}, and never tells our insides. */
public class ProblemMappers {
  static final String PROBLEM_JSON = "application/problem+json";

  /** How long callers are asked to wait when something cannot be reached. */
  private static final int RETRY_AFTER_SECONDS = 5;

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  /** A problem we name ourselves. */
  @ServerExceptionMapper
  public Response known(ProblemException failure, UriInfo uri) {
    return response(failure.problem(), uri).build();
  }

  /** What the HTTP layer refuses: unknown paths, methods, media types. */
  @ServerExceptionMapper
  public Response refused(WebApplicationException failure, UriInfo uri) {
    if (jacksonCause(failure) instanceof JacksonException json) {
      return malformed(json, uri);
    }
    Response original = failure.getResponse();
    Response.Status status = Response.Status.fromStatusCode(original.getStatus());
    if (status == null || original.getStatus() < 400 || original.hasEntity()) {
      return original;
    }
    if (status == Response.Status.INTERNAL_SERVER_ERROR) {
      return unexpected(failure, uri);
    }
    Response.ResponseBuilder response =
        response(
            Problem.ofStatus(status.getStatusCode(), status.getReasonPhrase(), detail(status, uri)),
            uri);
    return (status == Response.Status.METHOD_NOT_ALLOWED
            ? response.header(HttpHeaders.ALLOW, allowed(uri.getPath()))
            : response)
        .build();
  }

  /** A body that is no JSON, or not of the shape that is asked for. */
  @ServerExceptionMapper
  public Response malformed(JacksonException failure, UriInfo uri) {
    JsonLocation place = failure.getLocation();
    String where =
        place == null
            ? ""
            : " at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr());
    return response(
            Problem.malformed(
                "the body cannot be read%s; send a JSON object as /q/openapi describes it"
                    .formatted(where)),
            uri)
        .build();
  }

  /** The same: Quarkus has a mapper for this one, which only a mapper of its own replaces. */
  @ServerExceptionMapper
  public Response mismatched(MismatchedInputException failure, UriInfo uri) {
    return malformed(failure, uri);
  }

  /** Our own fault: logged once under an id that the caller can tell us. */
  @ServerExceptionMapper
  public Response unexpected(Throwable failure, UriInfo uri) {
    UUID incident = UUID.randomUUID();
    LOG.errorf(failure, "request for %s failed (incident %s)", uri.getPath(), incident);
    return response(
            Problem.ofStatus(
                500,
                "Internal Server Error",
                "this is a fault in Tidecaster; its log has it as incident %s".formatted(incident)),
            uri)
        .build();
  }

  /** What RFC 9110 wants with a 405, and Quarkus leaves out. */
  private static String allowed(String path) {
    if (path.endsWith("/write")) {
      return "POST, OPTIONS";
    }
    if (path.endsWith("/events")) {
      return "GET, HEAD, POST, OPTIONS";
    }
    if (path.contains("/events/")) {
      return "GET, HEAD, PUT, DELETE, OPTIONS";
    }
    if (path.contains("/scalers/") && path.endsWith("/mode")) {
      return "GET, HEAD, PUT, DELETE, OPTIONS";
    }
    return path.endsWith("/mode") ? "GET, HEAD, PUT, OPTIONS" : "GET, HEAD, OPTIONS";
  }

  private static String detail(Response.Status status, UriInfo uri) {
    return switch (status) {
      case NOT_FOUND ->
          "there is nothing at %s; /q/openapi lists what there is".formatted(uri.getPath());
      case METHOD_NOT_ALLOWED ->
          "%s does not take this method; see the Allow header".formatted(uri.getPath());
      case NOT_ACCEPTABLE ->
          "%s has none of the media types that Accept asks for; accept %s"
              .formatted(uri.getPath(), MediaType.APPLICATION_JSON);
      case UNSUPPORTED_MEDIA_TYPE ->
          "%s takes no body of this Content-Type; send %s"
              .formatted(uri.getPath(), MediaType.APPLICATION_JSON);
      default -> status.getReasonPhrase().toLowerCase(Locale.ROOT);
    };
  }

  private static @Nullable Throwable jacksonCause(Throwable failure) {
    return failure.getCause() instanceof JacksonException json ? json : null;
  }

  static Response.ResponseBuilder response(Problem problem, UriInfo uri) {
    Response.ResponseBuilder response =
        Response.status(problem.status())
            .type(PROBLEM_JSON)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(problem.at(uri.getPath()));
    return problem.status() == 503
        ? response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        : response;
  }
}
