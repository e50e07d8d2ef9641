package io.tidecaster.ops;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Shows the conditions at {@code /q/health/ready}: up once all are met. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
class ReadinessCheck implements HealthCheck {
  private final Readiness readiness;

  ReadinessCheck(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("tidecaster");
    boolean ready = true;
    for (Readiness.Condition condition : readiness.conditions()) {
      ready &= condition.met();
      response.withData(
          condition.name(), (condition.met() ? "met: " : "not met: ") + condition.detail());
    }
    return response.status(ready).build();
  }
}
