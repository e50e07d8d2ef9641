package io.tidecaster.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** Makes the place a page ended at opaque, so that nobody builds one. */
final class Cursors {
  private Cursors() {}

  static String of(String place) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(UTF_8));
  }

  /** The place again; an IllegalArgumentException where this is no cursor. */
  static String place(String cursor) {
    return new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
  }
}
