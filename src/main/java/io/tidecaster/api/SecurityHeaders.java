package io.tidecaster.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Tells browsers what they may do with what we serve: next to nothing beyond our own files. */
@ApplicationScoped
class SecurityHeaders {
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final int BEFORE_ALL_ROUTES = 100;

  void register(@Observes Filters filters) {
    filters.register(SecurityHeaders::add, BEFORE_ALL_ROUTES);
  }

  private static void add(RoutingContext request) {
    MultiMap headers = request.response().headers();
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    // The pages under /q are Quarkus's own and need more; they hold nothing of ours.
    if (!request.normalizedPath().startsWith("/q/")) {
      headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    }
    if (isConsole(request.normalizedPath())) {
      // Ask each time, so that a new version's page never meets an old version's script.
      request.addHeadersEndHandler(sent -> headers.set("Cache-Control", "no-cache"));
    }
    request.next();
  }

  private static boolean isConsole(String path) {
    return path.equals("/") || path.equals("/index.html") || path.startsWith("/console/");
  }
}
