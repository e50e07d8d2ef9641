package io.tidecaster.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.tidecaster.history.Sample;
import io.tidecaster.history.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The records of {@code tidecaster.samples}: one byte with the version, then protobuf.
 *
 * <pre>{@code
 * message SampleBatch  { repeated SeriesBatch series = 1; }
 * message SeriesBatch  {
 *   uint32 signal = 1;                    // 1 load, 2 cpu, 3 waiting,
 *                                         // 4 retries, 5 redispatches, 6 refused, 7 memory,
 *                                         // 8 throttled, 9 CPU periods; of a container
 *                                         // beside: 10 cpu, 11 memory, 12 throttled,
 *                                         // 13 CPU periods
 *   string series = 2;                    // canonical labels
 *   repeated sint64 timestamp_delta = 3;  // packed; milliseconds after the one before
 *   repeated double value = 4;            // packed; as many
 *   string container = 5;                 // the name of a container beside
 * }
 * }</pre>
 */
public final class SampleSerde {
  static final byte VERSION = 1;

  private static final int BATCH_SERIES = 1;
  private static final int SIGNAL = 1;
  private static final int SERIES = 2;
  private static final int TIMESTAMP_DELTAS = 3;
  private static final int VALUES = 4;
  private static final int CONTAINER = 5;

  /** Of the signals; those above are of a container beside. */
  private static final int LAST_OF_REPLICAS = 9;

  /** At most 10 bytes of timestamp and 8 of value. */
  private static final int MAX_SAMPLE_BYTES = 18;

  /** Tags, lengths and the signal around the labels and samples of a series. */
  private static final int MAX_FRAME_BYTES = 64;

  private SampleSerde() {}

  /**
   * Records of these samples, in order.
   *
   * @param maxBytes what no record exceeds, as long as the text of a series takes at most half of
   *     it
   */
  public static List<byte[]> encode(List<Sample> samples, int maxBytes) {
    List<byte[]> records = new ArrayList<>(1);
    ByteArrayOutputStream record = startRecord();
    for (int from = 0; from < samples.size(); ) {
      int until = endOfSeries(samples, from, maxBytes);
      byte[] series = encodeSeries(samples.subList(from, until));
      if (record.size() > 1 && record.size() + series.length > maxBytes) {
        records.add(record.toByteArray());
        record = startRecord();
      }
      record.writeBytes(series);
      from = until;
    }
    if (record.size() > 1) {
      records.add(record.toByteArray());
    }
    return records;
  }

  /**
   * The samples of a record, in the order they were written.
   *
   * @throws UnreadableRecordException where this is none, or of another version
   */
  public static List<Sample> decode(byte[] record) throws UnreadableRecordException {
    if (record.length == 0) {
      throw undecodable("the record is empty");
    }
    if (record[0] != VERSION) {
      throw new UnreadableRecordException(
          DeadLetterReason.UNKNOWN_VERSION,
          "version %d of a record of samples is not %d, the one known here"
              .formatted(record[0], VERSION));
    }
    List<Sample> samples = new ArrayList<>();
    try {
      CodedInputStream in = CodedInputStream.newInstance(record, 1, record.length - 1);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == lengthDelimited(BATCH_SERIES)) {
          int outer = in.pushLimit(in.readRawVarint32());
          decodeSeries(in, samples);
          in.popLimit(outer);
        } else {
          in.skipField(tag);
        }
      }
      return samples;
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException e) {
      throw undecodable("the record of samples is broken: " + e.getMessage());
    }
  }

  private static ByteArrayOutputStream startRecord() {
    ByteArrayOutputStream record = new ByteArrayOutputStream(512);
    record.write(VERSION);
    return record;
  }

  /** The samples of one series that stand together, as far as they surely fit into a record. */
  private static int endOfSeries(List<Sample> samples, int from, int maxBytes) {
    Sample first = samples.get(from);
    int most =
        Math.max(
            1,
            (maxBytes
                    - MAX_FRAME_BYTES
                    - utf8(first.series()).length
                    - utf8(first.container()).length)
                / MAX_SAMPLE_BYTES);
    int until = from + 1;
    while (until < samples.size()
        && until - from < most
        && samples.get(until).signal() == first.signal()
        && samples.get(until).container().equals(first.container())
        && samples.get(until).series().equals(first.series())) {
      until++;
    }
    return until;
  }

  private static byte[] encodeSeries(List<Sample> samples) {
    Sample first = samples.getFirst();
    byte[] series = utf8(first.series());
    byte[] container = utf8(first.container());
    byte[] buffer =
        new byte
            [MAX_FRAME_BYTES
                + series.length
                + container.length
                + samples.size() * MAX_SAMPLE_BYTES];
    byte[] deltas = timestampDeltas(samples);
    CodedOutputStream body = CodedOutputStream.newInstance(buffer);
    try {
      body.writeUInt32(SIGNAL, numberOf(first));
      body.writeByteArray(SERIES, series);
      if (container.length > 0) {
        body.writeByteArray(CONTAINER, container);
      }
      body.writeByteArray(TIMESTAMP_DELTAS, deltas);
      body.writeTag(VALUES, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      body.writeUInt32NoTag(samples.size() * Double.BYTES);
      for (Sample sample : samples) {
        body.writeFixed64NoTag(Double.doubleToRawLongBits(sample.value()));
      }
      int length = body.getTotalBytesWritten();
      ByteArrayOutputStream framed = new ByteArrayOutputStream(length + 6);
      CodedOutputStream frame = CodedOutputStream.newInstance(framed);
      frame.writeTag(BATCH_SERIES, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      frame.writeUInt32NoTag(length);
      frame.write(buffer, 0, length);
      frame.flush();
      return framed.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
  }

  private static byte[] timestampDeltas(List<Sample> samples) {
    byte[] buffer = new byte[samples.size() * 10];
    CodedOutputStream out = CodedOutputStream.newInstance(buffer);
    long before = 0;
    try {
      for (Sample sample : samples) {
        out.writeSInt64NoTag(sample.timestampMillis() - before);
        before = sample.timestampMillis();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return Arrays.copyOf(buffer, out.getTotalBytesWritten());
  }

  private static void decodeSeries(CodedInputStream in, List<Sample> samples) throws IOException {
    int signal = 0;
    String series = "";
    String container = "";
    long[] timestamps = {};
    double[] values = {};
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (SIGNAL << 3 | WireFormat.WIRETYPE_VARINT)) {
        signal = in.readUInt32();
      } else if (tag == lengthDelimited(SERIES)) {
        series = in.readStringRequireUtf8();
      } else if (tag == lengthDelimited(CONTAINER)) {
        container = in.readStringRequireUtf8();
      } else if (tag == lengthDelimited(TIMESTAMP_DELTAS)) {
        timestamps = decodeTimestamps(in);
      } else if (tag == lengthDelimited(VALUES)) {
        values = decodeValues(in);
      } else {
        in.skipField(tag);
      }
    }
    if (timestamps.length != values.length) {
      throw undecodable(
          "a series has %d timestamps and %d values".formatted(timestamps.length, values.length));
    }
    Signal known = signalOf(signal);
    if (container.isEmpty() != signal <= LAST_OF_REPLICAS) {
      throw undecodable(
          "signal %d is of container \"%s\"; those above %d are of one, and no others"
              .formatted(signal, container, LAST_OF_REPLICAS));
    }
    for (int i = 0; i < values.length; i++) {
      samples.add(new Sample(known, container, series, timestamps[i], values[i]));
    }
  }

  private static long[] decodeTimestamps(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    int outer = in.pushLimit(length);
    long[] timestamps = new long[length];
    int count = 0;
    long before = 0;
    while (!in.isAtEnd()) {
      before += in.readSInt64();
      timestamps[count++] = before;
    }
    in.popLimit(outer);
    return Arrays.copyOf(timestamps, count);
  }

  private static double[] decodeValues(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    int outer = in.pushLimit(length);
    double[] values = new double[length / Double.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    if (!in.isAtEnd()) {
      throw undecodable("the values of a series are no whole number of doubles");
    }
    in.popLimit(outer);
    return values;
  }

  private static int numberOf(Sample sample) {
    if (sample.container().isEmpty()) {
      return numberOf(sample.signal());
    }
    return switch (sample.signal()) {
      case CPU -> 10;
      case MEMORY -> 11;
      case THROTTLED -> 12;
      case CPU_PERIODS -> 13;
      case LOAD, WAITING, RETRIES, REDISPATCHES, REFUSED ->
          throw new IllegalArgumentException(
              "%s is of all replicas, and not of container %s"
                  .formatted(sample.signal(), sample.container()));
    };
  }

  private static int numberOf(Signal signal) {
    return switch (signal) {
      case LOAD -> 1;
      case CPU -> 2;
      case WAITING -> 3;
      case RETRIES -> 4;
      case REDISPATCHES -> 5;
      case REFUSED -> 6;
      case MEMORY -> 7;
      case THROTTLED -> 8;
      case CPU_PERIODS -> 9;
    };
  }

  private static Signal signalOf(int number) throws UnreadableRecordException {
    return switch (number) {
      case 1 -> Signal.LOAD;
      case 2 -> Signal.CPU;
      case 3 -> Signal.WAITING;
      case 4 -> Signal.RETRIES;
      case 5 -> Signal.REDISPATCHES;
      case 6 -> Signal.REFUSED;
      case 7 -> Signal.MEMORY;
      case 8 -> Signal.THROTTLED;
      case 9 -> Signal.CPU_PERIODS;
      case 10 -> Signal.CPU;
      case 11 -> Signal.MEMORY;
      case 12 -> Signal.THROTTLED;
      case 13 -> Signal.CPU_PERIODS;
      default -> throw undecodable("signal %d is none of 1 to 13".formatted(number));
    };
  }

  private static int lengthDelimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static UnreadableRecordException undecodable(String message) {
    return new UnreadableRecordException(DeadLetterReason.UNDECODABLE, message);
  }
}
