package io.tidecaster.ingest;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The protobuf messages of remote write; the content type says which one a body holds. */
enum RemoteWriteMessage {
  /** {@code prometheus.WriteRequest} of remote write 1.0. */
  V1("1.0", "prometheus.WriteRequest"),
  /** {@code io.prometheus.write.v2.Request} of remote write 2.0. */
  V2("2.0", "io.prometheus.write.v2.Request");

  private static final String MEDIA_TYPE = "application/x-protobuf";

  private final String version;
  private final String proto;

  RemoteWriteMessage(String version, String proto) {
    this.version = version;
    this.proto = proto;
  }

  /** The version of remote write that brought the message: {@code 2.0}. */
  String version() {
    return version;
  }

  /** The message of this content type; without {@code proto} it is that of 1.0. */
  static Optional<RemoteWriteMessage> of(@Nullable String contentType) {
    if (contentType == null) {
      return Optional.empty();
    }
    String[] parts = contentType.split(";", -1);
    if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
      return Optional.empty();
    }
    for (int i = 1; i < parts.length; i++) {
      String[] parameter = parts[i].split("=", 2);
      if (parameter.length == 2 && parameter[0].strip().equalsIgnoreCase("proto")) {
        return named(unquoted(parameter[1].strip()));
      }
    }
    return Optional.of(V1);
  }

  private static Optional<RemoteWriteMessage> named(String proto) {
    for (RemoteWriteMessage message : values()) {
      if (message.proto.equals(proto)) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
