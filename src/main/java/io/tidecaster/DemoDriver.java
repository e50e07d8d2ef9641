package io.tidecaster;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tidecaster.demo.Demo;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** In the demo lets the simulated world run once the service is up; else tells the local token. */
@Singleton
class DemoDriver {
  private static final Logger LOG = Logger.getLogger(DemoDriver.class);

  private static final String CHANGES_NEED = "changes need this header: Authorization: Bearer %s";

  private final Pipeline pipeline;
  private final ServiceConfig service;
  private final LocalToken token;
  private final int port;

  DemoDriver(
      Pipeline pipeline,
      ServiceConfig service,
      LocalToken token,
      @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port) {
    this.pipeline = pipeline;
    this.service = service;
    this.token = token;
    this.port = port;
  }

  void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
    Demo.current()
        .ifPresentOrElse(
            demo -> Thread.ofPlatform().name("demo").daemon().start(() -> play(demo)),
            this::tellNewToken);
  }

  void stop(@Observes @Priority(1) ShutdownEvent event) {
    Demo.current()
        .ifPresent(demo -> {
          demo.close();
          say(demo.score());
        });
  }

  private void tellNewToken() {
    if (service.scalers().isPresent() && token.isNew()) {
      say(CHANGES_NEED.formatted(token.text()));
    }
  }

  private void play(Demo demo) {
    String url = "http://127.0.0.1:" + port;
    say(
        "console: %s/#token=%s   REST: %s/api/v1/scalers   stop: Ctrl-C"
            .formatted(url, token.text(), url));
    say(CHANGES_NEED.formatted(token.text()));
    try {
      demo.play(URI.create(url + "/api/v1/write"), pipeline, DemoDriver::say);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.errorf("the demo has stopped: %s", e.getMessage());
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
