package io.tidecaster.feed;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches feeds over HTTP, within bounds. Whoever may write a PredictiveScaler makes us ask its
 * URLs: what is answered is never shown, link-local addresses (a cloud's metadata) are not asked,
 * and an installation may name the only hosts that are.
 */
public final class FeedClient implements AutoCloseable {
  private static final int MOST_REDIRECTS = 3;

  private final Limits limits;
  private final HttpClient client;

  /**
   * Bounds of a fetch.
   *
   * @param within all of it, redirects included
   * @param mostBytes of an answer
   * @param hosts that may be asked, lower case; empty for all
   */
  public record Limits(Duration within, int mostBytes, Set<String> hosts) {
    public Limits {
      hosts = Set.copyOf(hosts);
      if (!within.isPositive() || mostBytes < 1) {
        throw new IllegalArgumentException(
            "a feed needs time and room: within %s, %d bytes".formatted(within, mostBytes));
      }
    }
  }

  /** What a server says of the state of a file, to be sent with the next request. */
  record Validators(Optional<String> etag, Optional<String> lastModified) {
    static final Validators NONE = new Validators(Optional.empty(), Optional.empty());
  }

  /** What came of a fetch. */
  sealed interface Fetched {
    /** The file. */
    final class Body implements Fetched {
      private final byte[] bytes;
      private final Validators validators;

      Body(byte[] bytes, Validators validators) {
        this.bytes = bytes;
        this.validators = validators;
      }

      byte[] bytes() {
        return bytes;
      }

      Validators validators() {
        return validators;
      }
    }

    /** It is as it was when the validators were given. */
    record Unchanged() implements Fetched {}
  }

  FeedClient(Limits limits) {
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.within())
            .build();
  }

  Fetched fetch(URI url, Validators validators)
      throws UnreadableFeedException, InterruptedException {
    long deadline = System.nanoTime() + limits.within().toNanos();
    URI at = url;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      requireAllowed(at);
      HttpResponse<byte[]> response = send(at, validators, deadline);
      switch (response.statusCode()) {
        case 200 -> {
          return new Fetched.Body(
              response.body(),
              new Validators(
                  response.headers().firstValue("ETag"),
                  response.headers().firstValue("Last-Modified")));
        }
        case 304 -> {
          return new Fetched.Unchanged();
        }
        case 301, 302, 303, 307, 308 -> at = redirect(at, response);
        default ->
            throw new UnreadableFeedException(
                "%s answers %d; check the URL".formatted(at.getHost(), response.statusCode()));
      }
    }
    throw new UnreadableFeedException(
        "more than %d redirects; give the last URL".formatted(MOST_REDIRECTS));
  }

  private static URI redirect(URI from, HttpResponse<byte[]> response)
      throws UnreadableFeedException {
    try {
      return from.resolve(response.headers().firstValue("Location").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new UnreadableFeedException("%s redirects to no URL".formatted(from.getHost()), e);
    }
  }

  private HttpResponse<byte[]> send(URI at, Validators validators, long deadline)
      throws UnreadableFeedException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at).header("Accept", "text/calendar").timeout(limits.within());
    validators.etag().ifPresent(etag -> request.header("If-None-Match", etag));
    validators.lastModified().ifPresent(time -> request.header("If-Modified-Since", time));
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), limits.mostBytes()));
    try {
      return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new UnreadableFeedException(
          "%s did not answer within %s".formatted(at.getHost(), limits.within()), e);
    } catch (ExecutionException e) {
      throw new UnreadableFeedException(
          "%s cannot be read (at most %d bytes): %s"
              .formatted(at.getHost(), limits.mostBytes(), e.getCause()),
          e);
    }
  }

  private void requireAllowed(URI url) throws UnreadableFeedException {
    String host = url.getHost();
    boolean http = "http".equalsIgnoreCase(url.getScheme());
    if (host == null || !(http || "https".equalsIgnoreCase(url.getScheme()))) {
      throw new UnreadableFeedException("a URL that is neither http nor https is not asked");
    }
    if (!limits.hosts().isEmpty() && !limits.hosts().contains(host.toLowerCase(Locale.ROOT))) {
      throw new UnreadableFeedException(
          "host %s is none of tidecaster.feeds.hosts; add it there".formatted(host));
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (address.isLinkLocalAddress()
            || address.isMulticastAddress()
            || address.isAnyLocalAddress()) {
          throw new UnreadableFeedException(
              "host %s has the address %s, which is not asked"
                  .formatted(host, address.getHostAddress()));
        }
      }
    } catch (UnknownHostException e) {
      throw new UnreadableFeedException("host %s is not known".formatted(host), e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
