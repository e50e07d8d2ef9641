package io.tidecaster.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/// Lets nobody do anything under `/api/v1` that they may not do; a resource that is added is
/// covered without a word of its own.
///
/// | request | needs |
/// | --- | --- |
/// | GET `scalers` | `list` on `predictivescalers`, in the namespace that `?namespace=` gives, else in all |
/// | GET `scalers/{namespace}/{name}/…` | `get` on that one of the `predictivescalers` |
/// | any change of `scalers/{namespace}/{name}/…` | `update` on it |
/// | `mode` | `get`, `update` on `installationmodes` |
/// | any other, `things/…` | `get`, `create`, `update`, `delete` on `things` |
/// | `write` (remote write) | nothing, or `create` on `samples` where `tidecaster.api.access.remote-write` is `Checked` |
///
/// All of these are in the group `tidecaster.io`. A change is told in the log with who made it.
public class AccessFilter {
  private static final Logger AUDIT = Logger.getLogger("io.tidecaster.audit");
  private static final String ROOT = "/api/v1/";
  private static final String BEARER = "bearer ";
  private static final String USER = "io.tidecaster.user";

  /** More than any token of a service account or of OpenID Connect has. */
  private static final int LONGEST_TOKEN_CHARS = 16_384;

  private final Gatekeeper gatekeeper;
  private final MeterRegistry meters;
  private final boolean remoteWriteIsChecked;

  AccessFilter(Gatekeeper gatekeeper, MeterRegistry meters, ApiConfig config) {
    this.gatekeeper = gatekeeper;
    this.meters = meters;
    this.remoteWriteIsChecked = config.access().remoteWrite() == ApiConfig.RemoteWrite.CHECKED;
  }

  /** The response to a request that may not go on; none for one that may. */
  @ServerRequestFilter
  public @Nullable Uni<Response> check(ContainerRequestContext request) {
    UriInfo uri = request.getUriInfo();
    if (!uri.getPath().startsWith(ROOT)) {
      return null;
    }
    Attempt attempt = attempt(request.getMethod(), uri);
    if (attempt.resource().equals("samples") && !remoteWriteIsChecked) {
      return null;
    }
    Optional<String> token = token(request.getHeaderString(HttpHeaders.AUTHORIZATION));
    return gatekeeper
        .judge(token, attempt)
        .map(verdict -> {
          meters.counter("tidecaster.api.access", "verdict", verdict.label()).increment();
          return answer(verdict, attempt, request);
        });
  }

  /** Null goes on to the resource. */
  @SuppressWarnings("NullAway") // Uni<Response> may carry null, which its type does not say
  private static @Nullable Response answer(
      Verdict verdict, Attempt attempt, ContainerRequestContext request) {
    UriInfo uri = request.getUriInfo();
    return switch (verdict) {
      case Verdict.Allowed allowed -> {
        request.setProperty(USER, allowed.user());
        yield null;
      }
      case Verdict.Unauthenticated(String detail) ->
          ProblemMappers.response(Problem.unauthenticated(detail), uri)
              .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"tidecaster\"")
              .build();
      case Verdict.Forbidden forbidden -> {
        if (!attempt.isRead()) {
          AUDIT.warnf("%s was refused to %s", forbidden.user(), attempt);
        }
        yield ProblemMappers.response(Problem.forbidden(forbidden.detail()), uri).build();
      }
      case Verdict.Unavailable(String detail) ->
          ProblemMappers.response(Problem.unavailable(detail), uri).build();
    };
  }

  /** Tells of a change that was made: who, what, and what it became. */
  @ServerResponseFilter
  public void tell(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(USER) instanceof String user
        && !isRead(request.getMethod())
        && response.getStatus() < 300) {
      AUDIT.infof(
          "%s: %s %s gave %s",
          user, request.getMethod(), request.getUriInfo().getPath(), response.getEntity());
    }
  }

  static Attempt attempt(String method, UriInfo uri) {
    MultivaluedMap<String, String> parameters = uri.getPathParameters();
    String namespace = parameters.getFirst("namespace");
    String name = parameters.getFirst("name");
    if (namespace != null && name != null) {
      return new Attempt(
          isRead(method) ? "get" : "update",
          Attempt.SCALERS,
          Optional.of(namespace),
          Optional.of(name));
    }
    List<String> segments = List.of(uri.getPath().substring(ROOT.length()).split("/"));
    return switch (segments.getFirst()) {
      case "scalers" ->
          new Attempt(
              isRead(method) ? "list" : verb(method),
              Attempt.SCALERS,
              isRead(method)
                  ? Optional.ofNullable(uri.getQueryParameters().getFirst("namespace"))
                  : Optional.empty(),
              Optional.empty());
      case "mode" ->
          new Attempt(
              isRead(method) ? "get" : "update",
              Attempt.INSTALLATION_MODES,
              Optional.empty(),
              Optional.empty());
      case "write" -> new Attempt("create", "samples", Optional.empty(), Optional.empty());
      default -> new Attempt(verb(method), segments.getFirst(), Optional.empty(), Optional.empty());
    };
  }

  private static boolean isRead(String method) {
    return method.equals(HttpMethod.GET)
        || method.equals(HttpMethod.HEAD)
        || method.equals(HttpMethod.OPTIONS);
  }

  private static String verb(String method) {
    return switch (method) {
      case HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS -> "get";
      case HttpMethod.POST -> "create";
      case HttpMethod.DELETE -> "delete";
      default -> "update";
    };
  }

  private static Optional<String> token(@Nullable String header) {
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.empty();
    }
    String token = header.substring(BEARER.length()).strip();
    return token.isEmpty() || token.length() > LONGEST_TOKEN_CHARS
        ? Optional.empty()
        : Optional.of(token);
  }
}
