package io.tidecaster.ingest;

import io.tidecaster.history.ContainerUse;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.SeriesIdentity;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.ThrottlingSigns;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks Prometheus for the minutes before the first sample.
 *
 * <p>PromQL looks back: {@code rate(…[1m])} evaluated at 09:01:00 is the mean of the minute from
 * 09:00:00 on. So each minute is asked for at its end, and the value at time t becomes the point of
 * the minute t − 60 s. A query of another window, or of a gauge as it stands, is taken as it is
 * given at the end of the minute. Where Prometheus has no value there is no point; never zero.
 *
 * <p>What is asked for is up to the caller, who names the minutes that are missing: to go on after
 * a failure is to ask again for what is still missing.
 */
public final class PrometheusBackfill {
  private static final Logger LOG = Logger.getLogger(PrometheusBackfill.class);
  private static final Duration STEP = Duration.ofMinutes(1);

  private static final Queries NO_QUERIES =
      new Queries(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private final BackfillSettings settings;
  private final HttpClient http;
  private final URI queryRange;

  /** What a container used, in PromQL. */
  private record Queries(
      Optional<String> cpu,
      Optional<String> replicas,
      Optional<String> memory,
      Optional<String> throttled) {}

  /** The answers, by the end of the minute. */
  private record Used(
      Map<Long, Double> cpu,
      Map<Long, Double> replicas,
      Map<Long, Double> memory,
      Map<Long, Double> throttled) {
    int replicasAt(Long end) {
      return cpu.containsKey(end) ? replicas.getOrDefault(end, 0.0).intValue() : 0;
    }

    boolean knows(Long end) {
      return cpu.containsKey(end) || memory.containsKey(end) || throttled.containsKey(end);
    }

    Set<Long> ends() {
      Set<Long> ends = new TreeSet<>(cpu.keySet());
      ends.addAll(memory.keySet());
      ends.addAll(throttled.keySet());
      return ends;
    }
  }

  PrometheusBackfill(BackfillSettings settings, HttpClient http) {
    this.settings = settings;
    this.http = http;
    String base = settings.url().toString();
    this.queryRange =
        URI.create(
            (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + "/api/v1/query_range");
  }

  /** Asks the Prometheus at this URL, with the bounds that the service has by default. */
  public static PrometheusBackfill of(URI url, Duration lookback) {
    return new PrometheusBackfill(BackfillSettings.of(url, lookback), HttpClient.newHttpClient());
  }

  /** The points of these minutes, of a load alone. */
  public Stream<LoadPoint> points(String query, Collection<MinuteRange> missing) {
    return points(query, NO_QUERIES, Map.of(), missing);
  }

  /** Whether the scaler says by which query its past is found. */
  public static boolean isPossible(Scaler scaler) {
    return scaler.load().query().isPresent();
  }

  /** The minutes that a forecast may learn from: those of the configured lookback, until now. */
  public MinuteRange lookback(Instant now) {
    Instant end = now.truncatedTo(ChronoUnit.MINUTES);
    return new MinuteRange(end.minus(settings.lookback().toMinutes(), ChronoUnit.MINUTES), end);
  }

  /**
   * The points of these minutes, asked for as the stream is read: the newest part first, each part
   * in the order of time. How many replicas bore the load is not known, and so {@code reporting} is
   * 0; how many used the CPU is, where Prometheus has the very series of {@code usage.cpu}.
   *
   * @return a stream that blocks, and throws a {@link BackfillException} where Prometheus cannot be
   *     asked; what came before is right
   */
  public Stream<LoadPoint> points(Scaler scaler, Collection<MinuteRange> missing) {
    String load =
        scaler
            .load()
            .query()
            .orElseThrow(() ->
                new BackfillException(
                    "scaler %s has no load.query; give the PromQL of its load"
                        .formatted(scaler.id()),
                    false));
    return points(
        load,
        new Queries(
            scaler.cpu().flatMap(Source::query),
            scaler.cpu().flatMap(PrometheusBackfill::replicas),
            scaler.memory().flatMap(Source::query),
            scaler.throttling().map(ThrottlingSigns::query)),
        queriesBeside(scaler),
        missing);
  }

  private static Optional<String> replicas(Source cpu) {
    return cpu.query().map(_ -> SeriesIdentity.replicasOf(cpu.series()));
  }

  private static Map<String, Queries> queriesBeside(Scaler scaler) {
    Map<String, Queries> queries = new TreeMap<>();
    scaler
        .beside()
        .forEach((name, sources) ->
            queries.put(
                name,
                new Queries(
                    sources.cpu().query(),
                    replicas(sources.cpu()),
                    sources.memory().flatMap(Source::query),
                    sources.throttling().map(ThrottlingSigns::query))));
    return queries;
  }

  private Stream<LoadPoint> points(
      String load, Queries queries, Map<String, Queries> beside, Collection<MinuteRange> missing) {
    return missing.stream()
        .flatMap(range -> range.newestFirst(settings.pointsPerQuery()).stream())
        .sorted(Comparator.comparing(MinuteRange::to).reversed())
        .flatMap(range ->
            merge(
                values(load, range),
                used(queries, range),
                beside.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            Map.Entry::getKey, each -> used(each.getValue(), range)))));
  }

  private Used used(Queries queries, MinuteRange range) {
    return new Used(
        values(queries.cpu(), range),
        values(queries.replicas(), range),
        values(queries.memory(), range),
        values(queries.throttled(), range));
  }

  private static Stream<LoadPoint> merge(
      Map<Long, Double> load, Used used, Map<String, Used> beside) {
    TreeSet<Long> ends = new TreeSet<>(load.keySet());
    ends.addAll(used.ends());
    beside.values().forEach(other -> ends.addAll(other.ends()));
    return ends.stream()
        .map(end ->
            new LoadPoint(
                Instant.ofEpochSecond(end).minus(STEP),
                optional(load.get(end)),
                optional(used.cpu().get(end)),
                0,
                0,
                used.replicasAt(end),
                Optional.empty(),
                optional(used.memory().get(end)),
                optional(used.throttled().get(end)),
                at(end, beside)));
  }

  private static Map<String, ContainerUse> at(Long end, Map<String, Used> beside) {
    Map<String, ContainerUse> uses = new TreeMap<>();
    beside.forEach((name, used) -> {
      if (used.knows(end)) {
        uses.put(
            name,
            new ContainerUse(
                optional(used.cpu().get(end)),
                used.replicasAt(end),
                optional(used.memory().get(end)),
                optional(used.throttled().get(end))));
      }
    });
    return uses;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private Map<Long, Double> values(Optional<String> query, MinuteRange range) {
    return query.map(known -> values(known, range)).orElse(Map.of());
  }

  private Map<Long, Double> values(String query, MinuteRange range) {
    // Each minute is known at its end: the first one a step after from, the last one at to.
    String form =
        form(
            Map.of(
                "query", query,
                "start", Long.toString(range.from().plus(STEP).getEpochSecond()),
                "end", Long.toString(range.to().getEpochSecond()),
                "step", Long.toString(STEP.toSeconds()),
                "timeout", settings.timeout().toMillis() + "ms"));
    RangeQueryResult result = RangeQueryResult.parse(query, ask(query, form));
    result
        .warnings()
        .forEach(warning -> LOG.warnf("Prometheus warns of the query %s: %s", query, warning));
    return result.values();
  }

  private byte[] ask(String query, String form) {
    Duration pause = settings.retryAfter();
    for (int attempt = 1; ; attempt++) {
      try {
        return askOnce(query, form);
      } catch (BackfillException e) {
        if (!e.isPassing() || attempt == settings.attempts()) {
          throw e;
        }
        LOG.debugf("attempt %d of %d: %s", attempt, settings.attempts(), e.getMessage());
      }
      sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private byte[] askOnce(String query, String form) {
    HttpResponse<byte[]> response = send(request().POST(HttpRequest.BodyPublishers.ofString(form)));
    if (response.statusCode() == 405) {
      response = send(request(URI.create(queryRange + "?" + form)).GET());
    }
    int status = response.statusCode();
    if (status == 200) {
      return response.body();
    }
    boolean passing = status >= 500 || status == 429 || status == 408;
    throw new BackfillException(
        "Prometheus at %s answers %d to the query %s: %s%s"
            .formatted(
                settings.url(),
                status,
                query,
                RangeQueryResult.error(response.body()),
                status == 401 || status == 403
                    ? "; see tidecaster.ingest.backfill.bearer-token, or username and password"
                    : ""),
        passing);
  }

  private HttpRequest.Builder request() {
    return request(queryRange).header("Content-Type", "application/x-www-form-urlencoded");
  }

  private HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "application/json");
    settings.authorization().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    var answer =
        http.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), settings.maxResponseBytes()));
    try {
      return answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw failed("no answer within " + settings.timeout(), true);
    } catch (ExecutionException e) {
      throw failed(String.valueOf(e.getCause()), e.getCause() instanceof IOException);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw failed("interrupted", true);
    }
  }

  private BackfillException failed(String reason, boolean passing) {
    return new BackfillException(
        "Prometheus at %s: %s; see tidecaster.ingest.backfill.url, timeout and max-response-size (%d B)"
            .formatted(settings.url(), reason, settings.maxResponseBytes()),
        passing);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field ->
            field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackfillException("interrupted", true);
    }
  }
}
