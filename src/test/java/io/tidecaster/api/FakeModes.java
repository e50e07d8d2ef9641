package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** Modes that are kept in memory, and a Kafka that tests make slow, absent or strict. */
@Alternative
@ApplicationScoped
public class FakeModes implements Modes {
  private final FakeBoard board;
  private volatile Mode installation = Mode.ADVISORY;
  private volatile Uni<Void> kafka = Uni.createFrom().voidItem();

  FakeModes(FakeBoard board) {
    this.board = board;
  }

  @Override
  public Mode installation() {
    return installation;
  }

  @Override
  public Uni<Void> setInstallation(Mode mode) {
    return kafka.invoke(() -> {
      installation = mode;
      board.ring();
    });
  }

  @Override
  public Uni<Void> setScaler(ScalerId id, Mode mode) {
    return kafka.invoke(() -> board.mode(id, mode));
  }

  @Override
  public Uni<Mode> unsetScaler(ScalerId id) {
    Mode spec = board.scaler(id).orElseThrow().scaler().mode();
    return kafka.invoke(() -> board.mode(id, spec)).map(_ -> spec);
  }

  void reset() {
    installation = Mode.ADVISORY;
    kafka = Uni.createFrom().voidItem();
  }

  void kafkaNeverAnswers() {
    kafka = Uni.createFrom().nothing();
  }

  void kafkaFailsWith(Throwable failure) {
    kafka = Uni.createFrom().failure(failure);
  }
}
