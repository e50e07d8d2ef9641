package io.tidecaster.api;

import io.tidecaster.ops.Readiness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.List;

/** Conditions as the tests want them. */
@Alternative
@ApplicationScoped
public class FakeReadiness implements Readiness {
  private volatile List<Condition> conditions =
      List.of(new Condition("KafkaReachable", true, "1 broker"));

  @Override
  public List<Condition> conditions() {
    return conditions;
  }

  void set(Condition... now) {
    conditions = List.of(now);
  }
}
