package io.tidecaster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running service from outside; what {@code helm test} runs in a pod of its own. */
@Command(
    name = "ready",
    description = "Waits until a service is ready; exit status 1 where it is not in time.",
    mixinStandardHelpOptions = true)
final class ReadyCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "The service, http://HOST:PORT.")
  @SuppressWarnings("NullAway.Init")
  URI url;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait. Default: ${DEFAULT-VALUE}.")
  int withinSeconds;

  @Override
  public Integer call() throws InterruptedException {
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw refuse("%s is no http or https URL".formatted(url));
    }
    if (withinSeconds < 0) {
      throw refuse("--within %d is not at least 0".formatted(withinSeconds));
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(withinSeconds).toNanos();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
      String answer = ask(client);
      while (!answer.isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(PAUSE);
        answer = ask(client);
      }
      if (answer.isEmpty()) {
        System.out.println("ready: " + url);
        return 0;
      }
      System.err.println(
          "tidecaster: %s is not ready after %d s: %s".formatted(url, withinSeconds, answer));
      return 1;
    }
  }

  /** Empty where it is ready, else what it says. */
  private String ask(HttpClient client) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/q/health/ready")).timeout(LIMIT).build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? ""
          : "status %d %s"
              .formatted(response.statusCode(), response.body().replaceAll("\\s+", " "));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
