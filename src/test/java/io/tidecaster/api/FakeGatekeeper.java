package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets everybody in until it is told otherwise, and remembers what it was asked. */
@Alternative
@ApplicationScoped
public class FakeGatekeeper implements Gatekeeper {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Verdict verdict = new Verdict.Allowed("ada");

  @Override
  public Uni<Verdict> judge(Optional<String> token, Attempt attempt) {
    asked.add(token.orElse("nobody") + " " + attempt);
    return Uni.createFrom().item(verdict);
  }

  void says(Verdict now) {
    verdict = now;
    asked.clear();
  }

  List<String> asked() {
    return List.copyOf(asked);
  }
}
