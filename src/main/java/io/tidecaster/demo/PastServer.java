package io.tidecaster.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * The demo's past as a Prometheus would tell it: {@code /api/v1/query_range} on the loopback
 * interface, for the queries of the demo's scaler.
 */
final class PastServer implements AutoCloseable {
  private static final int MOST_POINTS = 11_000;

  private final HttpServer server;
  private final InstantSource clock;
  private final Map<String, DoubleUnaryOperator> queries;

  /**
   * @param clock nothing after this time is told
   * @param queries a PromQL expression with its value at a time in seconds since the epoch; NaN
   *     where there is none
   */
  PastServer(InstantSource clock, Map<String, DoubleUnaryOperator> queries) {
    this.clock = clock;
    this.queries = Map.copyOf(queries);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the demo's history; free one", e);
    }
    server.createContext("/api/v1/query_range", this::answer);
    server.start();
  }

  /** {@code http://127.0.0.1:41234}. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = exchange.getRequestURI().getRawQuery();
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> parameters =
          parse(form == null ? new String(body, StandardCharsets.UTF_8) : form);
      String json;
      int status;
      try {
        json = matrix(parameters);
        status = 200;
      } catch (IllegalArgumentException e) {
        json =
            "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"%s\"}"
                .formatted(e.getMessage());
        status = 400;
      }
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String matrix(Map<String, String> parameters) {
    DoubleUnaryOperator query = queries.get(parameters.getOrDefault("query", ""));
    if (query == null) {
      throw new IllegalArgumentException("the demo's history knows only its scaler's own queries");
    }
    long start = seconds(parameters, "start");
    long end = Math.min(seconds(parameters, "end"), clock.instant().getEpochSecond());
    long step = seconds(parameters, "step");
    if (step <= 0 || (end - start) / step > MOST_POINTS) {
      throw new IllegalArgumentException(
          "exceeded maximum resolution of %d points".formatted(MOST_POINTS));
    }
    StringBuilder values = new StringBuilder();
    for (long time = start; time <= end; time += step) {
      double value = query.applyAsDouble((double) time);
      if (!Double.isNaN(value)) {
        values
            .append(values.isEmpty() ? "" : ",")
            .append('[')
            .append(time)
            .append(",\"")
            .append(value)
            .append("\"]");
      }
    }
    String result = values.isEmpty() ? "" : "{\"metric\":{},\"values\":[%s]}".formatted(values);
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[%s]}}"
        .formatted(result);
  }

  private static long seconds(Map<String, String> parameters, String name) {
    String text = parameters.getOrDefault(name, "");
    try {
      return text.contains("T")
          ? Instant.parse(text).getEpochSecond()
          : (long) Double.parseDouble(text.replaceFirst("s$", ""));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("%s is no time".formatted(name), e);
    }
  }

  private static Map<String, String> parse(String form) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : form.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
