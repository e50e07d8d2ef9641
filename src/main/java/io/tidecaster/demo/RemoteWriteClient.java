package io.tidecaster.demo;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Sends samples as a Prometheus does: remote write 1.0, retried until the receiver takes them.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">the specification</a>
 */
final class RemoteWriteClient implements AutoCloseable {
  private static final int TIMESERIES = 1;
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int NAME = 1;
  private static final int VALUE = 2;
  private static final int SAMPLE_VALUE = 1;
  private static final int SAMPLE_TIMESTAMP = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration BACKOFF = Duration.ofMillis(100);

  /**
   * One series' value at one scrape.
   *
   * @param labels with {@code __name__}; sorted, as the specification demands
   */
  record Scraped(SortedMap<String, String> labels, double value, long timestampMillis) {}

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final URI receiver;

  RemoteWriteClient(URI receiver) {
    this.receiver = receiver;
  }

  /**
   * Returns once the receiver has taken them all; a refusal that says "try again" (429, 5xx) is
   * followed.
   *
   * @throws IOException where the receiver refuses for good
   */
  void send(List<Scraped> samples) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(receiver)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .POST(HttpRequest.BodyPublishers.ofByteArray(compress(encode(samples))))
            .build();
    while (true) {
      try {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 == 2) {
          return;
        }
        if (response.statusCode() != 429 && response.statusCode() < 500) {
          throw new RefusedException(
              "remote write answered %d: %s".formatted(response.statusCode(), response.body()));
        }
      } catch (RefusedException e) {
        throw e;
      } catch (IOException _) {
        // The receiver is away for a moment; what it did not acknowledge is sent again.
      }
      Thread.sleep(BACKOFF);
    }
  }

  private static byte[] encode(List<Scraped> samples) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * samples.size());
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Scraped sample : samples) {
      writeMessage(out, TIMESERIES, timeSeries(sample));
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] compress(byte[] message) {
    SnappyJavaCompressor snappy = new SnappyJavaCompressor();
    byte[] block = new byte[snappy.maxCompressedLength(message.length)];
    return Arrays.copyOf(
        block, snappy.compress(message, 0, message.length, block, 0, block.length));
  }

  private static byte[] timeSeries(Scraped sample) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Map.Entry<String, String> label : sample.labels().entrySet()) {
      writeMessage(out, LABELS, label(label.getKey(), label.getValue()));
    }
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    CodedOutputStream valueOut = CodedOutputStream.newInstance(value);
    valueOut.writeDouble(SAMPLE_VALUE, sample.value());
    valueOut.writeInt64(SAMPLE_TIMESTAMP, sample.timestampMillis());
    valueOut.flush();
    writeMessage(out, SAMPLES, value.toByteArray());
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] label(String name, String value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(NAME, name.getBytes(StandardCharsets.UTF_8));
    out.writeByteArray(VALUE, value.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return bytes.toByteArray();
  }

  private static void writeMessage(CodedOutputStream out, int field, byte[] message)
      throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(message.length);
    out.writeRawBytes(message);
  }

  @Override
  public void close() {
    http.close();
  }

  /** The receiver will never take this request. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
