package io.tidecaster;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs the Quarkus application until it is told to stop. */
final class Service implements QuarkusApplication {

  @Override
  public int run(String... args) {
    Quarkus.waitForExit();
    return 0;
  }

  /** Returns the exit status once the application has ended. */
  static int run() {
    AtomicInteger status = new AtomicInteger();
    Quarkus.run(
        Service.class,
        (code, failure) -> {
          if (failure != null) {
            System.err.println("tidecaster: " + rootMessage(failure));
          }
          status.set(code);
        });
    return status.get();
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
