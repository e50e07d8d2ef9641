package io.tidecaster.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** Records as earlier versions wrote them, which every later one must read. */
final class Golden {
  private Golden() {}

  static byte[] text(String name) {
    return read(name).strip().getBytes(StandardCharsets.UTF_8);
  }

  static byte[] hex(String name) {
    return HexFormat.of().parseHex(read(name).replaceAll("\\s", ""));
  }

  private static String read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
