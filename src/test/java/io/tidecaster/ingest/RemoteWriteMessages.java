package io.tidecaster.ingest;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_OPTIONAL;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_REPEATED;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_DOUBLE;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_INT64;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_MESSAGE;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_SINT32;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_STRING;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_UINT32;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_UINT64;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * The schemas of the specifications, written down a second time, and requests encoded by protobuf's
 * own library from them: what the decoder is held against.
 */
final class RemoteWriteMessages {
  static final String V1 = "application/x-protobuf;proto=prometheus.WriteRequest";
  static final String V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

  private static final FileDescriptor FILE_V1 =
      file(
          "prometheus",
          message(
              "WriteRequest",
              many(1, "timeseries", "TimeSeries"),
              many(3, "metadata", "MetricMetadata")),
          message(
              "TimeSeries",
              many(1, "labels", "Label"),
              many(2, "samples", "Sample"),
              many(3, "exemplars", "Exemplar"),
              many(4, "histograms", "Histogram")),
          message("Label", one(1, "name", TYPE_STRING), one(2, "value", TYPE_STRING)),
          message("Sample", one(1, "value", TYPE_DOUBLE), one(2, "timestamp", TYPE_INT64)),
          message(
              "Exemplar",
              many(1, "labels", "Label"),
              one(2, "value", TYPE_DOUBLE),
              one(3, "timestamp", TYPE_INT64)),
          message(
              "Histogram",
              one(1, "count_int", TYPE_UINT64),
              one(3, "sum", TYPE_DOUBLE),
              one(4, "schema", TYPE_SINT32),
              one(15, "timestamp", TYPE_INT64)),
          message("MetricMetadata", one(2, "metric_family_name", TYPE_STRING)));

  private static final FileDescriptor FILE_V2 =
      file(
          "io.prometheus.write.v2",
          message(
              "Request", repeated(4, "symbols", TYPE_STRING), many(5, "timeseries", "TimeSeries")),
          message(
              "TimeSeries",
              repeated(1, "labels_refs", TYPE_UINT32),
              many(2, "samples", "Sample"),
              many(3, "histograms", "Histogram"),
              many(4, "exemplars", "Exemplar"),
              message(5, "metadata", "Metadata"),
              one(6, "created_timestamp", TYPE_INT64)),
          message(
              "Sample",
              one(1, "value", TYPE_DOUBLE),
              one(2, "timestamp", TYPE_INT64),
              one(3, "start_timestamp", TYPE_INT64)),
          message(
              "Exemplar",
              repeated(1, "labels_refs", TYPE_UINT32),
              one(2, "value", TYPE_DOUBLE),
              one(3, "timestamp", TYPE_INT64)),
          message(
              "Histogram",
              one(1, "count_int", TYPE_UINT64),
              one(3, "sum", TYPE_DOUBLE),
              one(4, "schema", TYPE_SINT32),
              one(15, "timestamp", TYPE_INT64)),
          message("Metadata", one(1, "type", TYPE_UINT32), one(3, "help_ref", TYPE_UINT32)));

  private RemoteWriteMessages() {}

  /** A request of remote write 1.0 under construction. */
  static final class RequestV1 {
    private final DynamicMessage.Builder request = builder(FILE_V1, "WriteRequest");

    RequestV1 series(SeriesV1 series) {
      add(request, "timeseries", series.series.build());
      return this;
    }

    RequestV1 metadata(String family) {
      add(
          request,
          "metadata",
          set(builder(FILE_V1, "MetricMetadata"), "metric_family_name", family).build());
      return this;
    }

    byte[] bytes() {
      return request.build().toByteArray();
    }

    byte[] snappy() {
      return compress(bytes());
    }
  }

  /** A series of remote write 1.0 under construction. */
  static final class SeriesV1 {
    private final DynamicMessage.Builder series = builder(FILE_V1, "TimeSeries");

    /** Labels as name, value, name, value. */
    static SeriesV1 of(String... labels) {
      SeriesV1 built = new SeriesV1();
      for (int i = 0; i < labels.length; i += 2) {
        add(
            built.series,
            "labels",
            set(set(builder(FILE_V1, "Label"), "name", labels[i]), "value", labels[i + 1]).build());
      }
      return built;
    }

    SeriesV1 sample(long timestampMillis, double value) {
      add(
          series,
          "samples",
          set(set(builder(FILE_V1, "Sample"), "value", value), "timestamp", timestampMillis)
              .build());
      return this;
    }

    SeriesV1 exemplar(long timestampMillis, double value) {
      add(
          series,
          "exemplars",
          set(set(builder(FILE_V1, "Exemplar"), "value", value), "timestamp", timestampMillis)
              .build());
      return this;
    }

    SeriesV1 histogram(long timestampMillis, long count) {
      add(
          series,
          "histograms",
          set(set(builder(FILE_V1, "Histogram"), "count_int", count), "timestamp", timestampMillis)
              .build());
      return this;
    }
  }

  /** A request of remote write 2.0 under construction. */
  static final class RequestV2 {
    private final DynamicMessage.Builder request = builder(FILE_V2, "Request");
    private final List<String> symbols = new ArrayList<>(List.of(""));

    RequestV2 series(SeriesV2 series) {
      DynamicMessage.Builder built = series.series;
      for (String label : series.labels) {
        add(built, "labels_refs", ref(label));
      }
      add(request, "timeseries", built.build());
      return this;
    }

    /** A series whose references are taken as they are. */
    RequestV2 rawSeries(SeriesV2 series, int... refs) {
      for (int ref : refs) {
        add(series.series, "labels_refs", ref);
      }
      add(request, "timeseries", series.series.build());
      return this;
    }

    RequestV2 symbols(String... table) {
      symbols.clear();
      symbols.addAll(List.of(table));
      return this;
    }

    byte[] bytes() {
      DynamicMessage.Builder whole = request.clone();
      symbols.forEach(symbol -> add(whole, "symbols", symbol));
      return whole.build().toByteArray();
    }

    byte[] snappy() {
      return compress(bytes());
    }

    private int ref(String symbol) {
      int index = symbols.indexOf(symbol);
      if (index >= 0) {
        return index;
      }
      symbols.add(symbol);
      return symbols.size() - 1;
    }
  }

  /** A series of remote write 2.0 under construction. */
  static final class SeriesV2 {
    private final DynamicMessage.Builder series = builder(FILE_V2, "TimeSeries");
    private final List<String> labels;

    private SeriesV2(String... labels) {
      this.labels = List.of(labels);
    }

    static SeriesV2 of(String... labels) {
      return new SeriesV2(labels);
    }

    SeriesV2 sample(long timestampMillis, double value) {
      add(
          series,
          "samples",
          set(
                  set(
                      set(builder(FILE_V2, "Sample"), "value", value),
                      "timestamp",
                      timestampMillis),
                  "start_timestamp",
                  timestampMillis - 1)
              .build());
      return this;
    }

    SeriesV2 histogram(long timestampMillis, long count) {
      add(
          series,
          "histograms",
          set(set(builder(FILE_V2, "Histogram"), "count_int", count), "timestamp", timestampMillis)
              .build());
      return this;
    }

    SeriesV2 exemplar(long timestampMillis, double value) {
      add(
          series,
          "exemplars",
          set(set(builder(FILE_V2, "Exemplar"), "value", value), "timestamp", timestampMillis)
              .build());
      return this;
    }

    SeriesV2 counter(long createdMillis) {
      set(series, "metadata", set(builder(FILE_V2, "Metadata"), "type", 1).build());
      set(series, "created_timestamp", createdMillis);
      return this;
    }
  }

  static byte[] compress(byte[] content) {
    try {
      return Snappy.compress(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DynamicMessage.Builder builder(FileDescriptor file, String message) {
    return DynamicMessage.newBuilder(file.findMessageTypeByName(message));
  }

  private static DynamicMessage.Builder set(
      DynamicMessage.Builder builder, String field, Object value) {
    return builder.setField(builder.getDescriptorForType().findFieldByName(field), value);
  }

  private static void add(DynamicMessage.Builder builder, String field, Object value) {
    builder.addRepeatedField(builder.getDescriptorForType().findFieldByName(field), value);
  }

  private static FileDescriptor file(String name, DescriptorProto... messages) {
    try {
      return FileDescriptor.buildFrom(
          FileDescriptorProto.newBuilder()
              .setName(name + ".proto")
              .setPackage(name)
              .setSyntax("proto3")
              .addAllMessageType(List.of(messages))
              .build(),
          new FileDescriptor[0]);
    } catch (Descriptors.DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DescriptorProto message(String name, FieldDescriptorProto... fields) {
    return DescriptorProto.newBuilder().setName(name).addAllField(List.of(fields)).build();
  }

  private static FieldDescriptorProto one(int number, String name, FieldDescriptorProto.Type type) {
    return field(number, name).setLabel(LABEL_OPTIONAL).setType(type).build();
  }

  private static FieldDescriptorProto repeated(
      int number, String name, FieldDescriptorProto.Type type) {
    return field(number, name).setLabel(LABEL_REPEATED).setType(type).build();
  }

  private static FieldDescriptorProto many(int number, String name, String message) {
    return field(number, name)
        .setLabel(LABEL_REPEATED)
        .setType(TYPE_MESSAGE)
        .setTypeName(message)
        .build();
  }

  private static FieldDescriptorProto message(int number, String name, String message) {
    return field(number, name)
        .setLabel(LABEL_OPTIONAL)
        .setType(TYPE_MESSAGE)
        .setTypeName(message)
        .build();
  }

  private static FieldDescriptorProto.Builder field(int number, String name) {
    return FieldDescriptorProto.newBuilder().setNumber(number).setName(name);
  }
}
