package io.tidecaster.ingest;

import io.tidecaster.workload.ScalerId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Remote write 1.0 and 2.0: a request becomes records on Kafka, and is answered when Kafka has
 * acknowledged all of them.
 *
 * <p>Written, in the sense of the specification, is what was accepted. That includes samples that
 * no scaler selects, exemplars and native histograms, which are counted and dropped: to refuse them
 * would make a Prometheus that sends all it has fail for ever.
 */
final class RemoteWriteReceiver {
  private static final Logger LOG = Logger.getLogger(RemoteWriteReceiver.class);

  /** The head of a request, as far as it matters. */
  record Head(
      @Nullable String contentType, @Nullable String contentEncoding, OptionalLong contentLength) {}

  /**
   * An answer.
   *
   * @param message for the sender's log; empty with 204
   */
  record Answer(int status, String message, long samples, long histograms, long exemplars) {

    static Answer refusal(int status, String message) {
      return new Answer(status, message, 0, 0, 0);
    }
  }

  private final RemoteWriteLimits limits;
  private final SampleMatcher matcher;
  private final SampleOutlet outlet;
  private final InFlightBytes inFlight;
  private final IngestMeters meters;
  private final AtomicBoolean kafkaFailing = new AtomicBoolean();

  RemoteWriteReceiver(
      RemoteWriteLimits limits, SampleMatcher matcher, SampleOutlet outlet, IngestMeters meters) {
    this.limits = limits;
    this.matcher = matcher;
    this.outlet = outlet;
    this.meters = meters;
    this.inFlight = new InFlightBytes(limits.maxInFlightBytes());
    meters.watch(inFlight);
  }

  /** Seconds after which a request that was answered 429 or 503 may come again. */
  long retryAfterSeconds() {
    return limits.retryAfter().toSeconds();
  }

  /** Answers a request, and returns only then. */
  Answer receive(Head head, InputStream body) throws IOException {
    Answer answer = answer(head, body);
    meters.request(answer.status());
    return answer;
  }

  private Answer answer(Head head, InputStream body) throws IOException {
    Optional<RemoteWriteMessage> message = RemoteWriteMessage.of(head.contentType());
    if (message.isEmpty()) {
      return Answer.refusal(
          415,
          "content type %s is not taken; send application/x-protobuf, with proto=prometheus.WriteRequest or proto=io.prometheus.write.v2.Request"
              .formatted(head.contentType()));
    }
    if (!"snappy".equalsIgnoreCase(head.contentEncoding())) {
      return Answer.refusal(
          415,
          "content encoding %s is not taken; send snappy in its block format"
              .formatted(head.contentEncoding()));
    }
    long announced = head.contentLength().orElse(limits.maxCompressedBytes());
    if (announced > limits.maxCompressedBytes()) {
      return tooLarge(announced, "compressed", limits.maxCompressedBytes());
    }
    Optional<InFlightBytes.Share> share = inFlight.reserve(announced);
    if (share.isEmpty()) {
      return overloaded();
    }
    CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    try {
      byte[] compressed = body.readNBytes(limits.maxCompressedBytes() + 1);
      if (compressed.length > limits.maxCompressedBytes()) {
        return tooLarge(compressed.length, "compressed", limits.maxCompressedBytes());
      }
      long length = SnappyBlock.declaredLength(compressed);
      if (length > limits.maxDecompressedBytes()) {
        return tooLarge(length, "decompressed", limits.maxDecompressedBytes());
      }
      if (!share.get().grow(length)) {
        return overloaded();
      }
      SampleBatch batch = new SampleBatch(matcher);
      WriteTally tally =
          decode(message.get(), SnappyBlock.decompress(compressed, (int) length), batch);
      Map<ScalerId, List<byte[]>> records = batch.records(limits.maxRecordBytes());
      share.get().resize(bytes(records));
      count(message.get(), tally);
      written = write(records);
      return answerOnceWritten(message.get(), tally, written);
    } catch (UndecodableException e) {
      return Answer.refusal(400, String.valueOf(e.getMessage()));
    } finally {
      // Records stay in memory until Kafka has them or has given them up, answered or not.
      var _ = written.whenComplete((_, _) -> share.get().release());
    }
  }

  private WriteTally decode(RemoteWriteMessage message, byte[] content, SampleBatch batch)
      throws UndecodableException {
    return RemoteWriteDecoder.decode(
        message,
        content,
        limits.maxLabelCharacters(),
        (labels, timestamps, values, count) -> {
          String metric = labels.metric();
          return matcher.knows(metric)
              && batch.add(metric, labels.toMap(), timestamps, values, count);
        });
  }

  private static long bytes(Map<ScalerId, List<byte[]>> records) {
    return records.values().stream().flatMap(List::stream).mapToLong(record -> record.length).sum();
  }

  private CompletableFuture<Void> write(Map<ScalerId, List<byte[]>> records) {
    if (records.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    long start = System.nanoTime();
    return outlet
        .write(records)
        .whenComplete((_, failure) -> {
          if (failure == null) {
            meters.produced(Duration.ofNanos(System.nanoTime() - start));
            if (kafkaFailing.compareAndSet(true, false)) {
              LOG.info("Kafka acknowledges samples again");
            }
          }
        });
  }

  private Answer answerOnceWritten(
      RemoteWriteMessage message, WriteTally tally, CompletableFuture<Void> written) {
    try {
      written.get(limits.ackTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return notWritten(rootMessage(e));
    } catch (TimeoutException e) {
      return notWritten("no acknowledgement within " + limits.ackTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return notWritten("Tidecaster is shutting down");
    }
    meters.written(message.version(), tally.matchedSamples());
    return new Answer(
        tally.hasRejected() ? 400 : 204,
        tally.hasRejected() ? tally.rejection() : "",
        tally.samples(),
        tally.histograms(),
        tally.exemplars());
  }

  private void count(RemoteWriteMessage message, WriteTally tally) {
    String source = message.version();
    meters.received(source, tally.samples() + tally.rejectedSamples());
    meters.rejected(source, tally.rejectedSamples());
    meters.matched(source, tally.matchedSamples());
    meters.unmatched(source, tally.samples() - tally.matchedSamples());
    meters.histograms(tally.histograms());
    meters.exemplars(tally.exemplars());
  }

  private Answer notWritten(String reason) {
    if (kafkaFailing.compareAndSet(false, true)) {
      LOG.warnf("samples are not written to Kafka, senders are told to try again: %s", reason);
    }
    return Answer.refusal(503, "not written to Kafka, try again: " + reason);
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private Answer overloaded() {
    String full =
        "%d B in flight of %d B; try again".formatted(inFlight.used(), limits.maxInFlightBytes());
    // Senders may drop what is answered 429; while Kafka is away nothing may get lost.
    return Answer.refusal(kafkaFailing.get() ? 503 : 429, full);
  }

  private static Answer tooLarge(long bytes, String form, int limit) {
    return Answer.refusal(
        413, "%d B %s > %d B; send fewer samples a request".formatted(bytes, form, limit));
  }
}
