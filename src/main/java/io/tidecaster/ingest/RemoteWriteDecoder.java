package io.tidecaster.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the two messages of remote write straight off the wire: each series is handed on as it is
 * read, and no object tree is built.
 *
 * <p>Samples are read. Native histograms and exemplars are checked for their form and counted, for
 * no scaler can select them; metadata and start timestamps are passed over. A series that breaks
 * the specification is rejected alone; a message that cannot be read is rejected whole.
 */
final class RemoteWriteDecoder {

  /** Takes the accepted series one by one; what it is handed is filled anew for the next one. */
  @FunctionalInterface
  interface SeriesSink {
    /**
     * Tells whether any scaler selects the series.
     *
     * @param count how many entries of {@code timestampsMillis} and {@code values} are filled
     */
    boolean take(Labels labels, long[] timestampsMillis, double[] values, int count);
  }

  private static final int V1_TIMESERIES = lengthDelimited(1);
  private static final int V1_LABEL = lengthDelimited(1);
  private static final int V1_SAMPLE = lengthDelimited(2);
  private static final int V1_EXEMPLAR = lengthDelimited(3);
  private static final int V1_HISTOGRAM = lengthDelimited(4);
  private static final int V1_LABEL_NAME = lengthDelimited(1);
  private static final int V1_LABEL_VALUE = lengthDelimited(2);

  private static final int V2_SYMBOL = lengthDelimited(4);
  private static final int V2_TIMESERIES = lengthDelimited(5);
  private static final int V2_LABEL_REFS_PACKED = lengthDelimited(1);
  private static final int V2_LABEL_REF = tag(1, WireFormat.WIRETYPE_VARINT);
  private static final int V2_SAMPLE = lengthDelimited(2);
  private static final int V2_HISTOGRAM = lengthDelimited(3);
  private static final int V2_EXEMPLAR = lengthDelimited(4);

  private static final int SAMPLE_VALUE = tag(1, WireFormat.WIRETYPE_FIXED64);
  private static final int SAMPLE_TIMESTAMP = tag(2, WireFormat.WIRETYPE_VARINT);

  private final SeriesSink sink;
  private final WriteTally tally = new WriteTally();
  private final Labels labels;
  private int[] labelRefs = new int[64];
  private int labelRefCount;
  private long[] timestampsMillis = new long[16];
  private double[] values = new double[16];
  private int samples;
  private int histograms;
  private int exemplars;

  private RemoteWriteDecoder(int maxLabelCharacters, SeriesSink sink) {
    this.labels = new Labels(maxLabelCharacters);
    this.sink = sink;
  }

  /**
   * Hands each accepted series to the sink and tells what there was.
   *
   * @throws UndecodableException where the body is no such message; what the sink was handed until
   *     then is to be thrown away
   */
  static WriteTally decode(
      RemoteWriteMessage message, byte[] body, int maxLabelCharacters, SeriesSink sink)
      throws UndecodableException {
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(maxLabelCharacters, sink);
    try {
      switch (message) {
        case V1 -> decoder.readV1(body);
        case V2 -> decoder.readV2(body);
      }
      return decoder.tally;
    } catch (IOException e) {
      throw new UndecodableException(
          "the body is no message of remote write %s: %s"
              .formatted(message.version(), e.getMessage()));
    }
  }

  private void readV1(byte[] body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == V1_TIMESERIES) {
        int outer = in.pushLimit(in.readRawVarint32());
        readV1Series(in);
        in.popLimit(outer);
      } else {
        in.skipField(tag);
      }
    }
  }

  private void readV1Series(CodedInputStream in) throws IOException {
    startSeries();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == V1_LABEL) {
        readV1Label(in);
      } else if (tag == V1_SAMPLE) {
        readSample(in);
      } else if (tag == V1_EXEMPLAR) {
        checkForm(in);
        exemplars++;
      } else if (tag == V1_HISTOGRAM) {
        checkForm(in);
        histograms++;
      } else {
        in.skipField(tag);
      }
    }
    labels.complaint().ifPresentOrElse(this::reject, this::accept);
  }

  private void readV1Label(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    String name = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == V1_LABEL_NAME) {
        name = in.readStringRequireUtf8();
      } else if (tag == V1_LABEL_VALUE) {
        value = in.readStringRequireUtf8();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(outer);
    labels.add(name, value);
  }

  private void readV2(byte[] body) throws IOException, UndecodableException {
    List<String> symbols = readSymbols(body);
    CodedInputStream in = CodedInputStream.newInstance(body);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == V2_TIMESERIES) {
        if (symbols.isEmpty() || !symbols.getFirst().isEmpty()) {
          throw new UndecodableException("the symbols do not start with the empty string");
        }
        int outer = in.pushLimit(in.readRawVarint32());
        readV2Series(in, symbols);
        in.popLimit(outer);
      } else {
        in.skipField(tag);
      }
    }
  }

  /** A pass of its own: protobuf lets fields stand in any order. */
  private static List<String> readSymbols(byte[] body) throws IOException {
    List<String> symbols = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(body);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == V2_SYMBOL) {
        symbols.add(in.readStringRequireUtf8());
      } else {
        in.skipField(tag);
      }
    }
    return symbols;
  }

  private void readV2Series(CodedInputStream in, List<String> symbols) throws IOException {
    startSeries();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == V2_LABEL_REFS_PACKED) {
        int outer = in.pushLimit(in.readRawVarint32());
        while (!in.isAtEnd()) {
          addLabelRef(in.readUInt32());
        }
        in.popLimit(outer);
      } else if (tag == V2_LABEL_REF) {
        addLabelRef(in.readUInt32());
      } else if (tag == V2_SAMPLE) {
        readSample(in);
      } else if (tag == V2_HISTOGRAM) {
        checkForm(in);
        histograms++;
      } else if (tag == V2_EXEMPLAR) {
        checkForm(in);
        exemplars++;
      } else {
        in.skipField(tag);
      }
    }
    complaintAboutV2(symbols).ifPresentOrElse(this::reject, this::accept);
  }

  private Optional<String> complaintAboutV2(List<String> symbols) {
    if (labelRefCount % 2 != 0) {
      return Optional.of("%d label references, which are no pairs".formatted(labelRefCount));
    }
    for (int i = 0; i < labelRefCount; i += 2) {
      int name = labelRefs[i];
      int value = labelRefs[i + 1];
      if (Integer.compareUnsigned(name, symbols.size()) >= 0
          || Integer.compareUnsigned(value, symbols.size()) >= 0) {
        return Optional.of(
            "label reference %s or %s beyond the %d symbols"
                .formatted(
                    Integer.toUnsignedString(name),
                    Integer.toUnsignedString(value),
                    symbols.size()));
      }
      labels.add(symbols.get(name), symbols.get(value));
    }
    if (samples > 0 && histograms > 0) {
      return Optional.of("samples and histograms in one series");
    }
    if (samples + histograms + exemplars == 0) {
      return Optional.of("neither samples nor histograms");
    }
    return labels.complaint();
  }

  private void readSample(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    double value = 0;
    long timestampMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == SAMPLE_VALUE) {
        value = in.readDouble();
      } else if (tag == SAMPLE_TIMESTAMP) {
        timestampMillis = in.readInt64();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(outer);
    if (samples == values.length) {
      values = Arrays.copyOf(values, samples * 2);
      timestampsMillis = Arrays.copyOf(timestampsMillis, samples * 2);
    }
    values[samples] = value;
    timestampsMillis[samples] = timestampMillis;
    samples++;
  }

  private void addLabelRef(int ref) {
    if (labelRefCount == labelRefs.length) {
      labelRefs = Arrays.copyOf(labelRefs, labelRefCount * 2);
    }
    labelRefs[labelRefCount++] = ref;
  }

  private static void checkForm(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      in.skipField(tag);
    }
    in.popLimit(outer);
  }

  private void startSeries() {
    labels.clear();
    labelRefCount = 0;
    samples = 0;
    histograms = 0;
    exemplars = 0;
  }

  private void accept() {
    tally.accept(samples, histograms, exemplars);
    if (samples > 0 && sink.take(labels, timestampsMillis, values, samples)) {
      tally.match(samples);
    }
  }

  private void reject(String reason) {
    String metric = labels.metric();
    tally.reject(
        metric.isEmpty() ? reason : "%s has %s".formatted(abbreviated(metric), reason),
        samples,
        histograms + exemplars);
  }

  private static String abbreviated(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  private static int lengthDelimited(int field) {
    return tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }
}
