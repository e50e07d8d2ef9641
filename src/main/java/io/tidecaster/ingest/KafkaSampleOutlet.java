package io.tidecaster.ingest;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.tidecaster.workload.ScalerId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** The channel to {@code tidecaster.samples}. */
@ApplicationScoped
class KafkaSampleOutlet implements SampleOutlet {
  private final MutinyEmitter<Record<String, byte[]>> emitter;

  /**
   * @param emitter its buffer is bounded by {@code max-in-flight-size} and {@code
   *     max-poll-records}, since whoever writes waits for the acknowledgement
   */
  KafkaSampleOutlet(
      @Channel("tidecaster-samples") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<Record<String, byte[]>> emitter) {
    this.emitter = emitter;
  }

  @Override
  public CompletableFuture<Void> write(Map<ScalerId, List<byte[]>> records) {
    if (records.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<Uni<Void>> writes =
        records.entrySet().stream()
            .flatMap(ofScaler ->
                ofScaler.getValue().stream()
                    .map(value -> Record.of(ofScaler.getKey().toString(), value)))
            .map(emitter::send)
            .toList();
    return Uni.join()
        .all(writes)
        .andCollectFailures()
        .replaceWithVoid()
        .subscribeAsCompletionStage();
  }
}
