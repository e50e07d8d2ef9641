package io.tidecaster.balance;

import java.util.regex.Pattern;

/**
 * What may stand in HAProxy's configuration and in a command to it. Both are lines of words, so
 * whatever could end a word, a line or a command is refused here, and nothing is ever quoted.
 */
final class Words {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final Pattern HOST_NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\\.?)+");
  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9/_.~%=&?+-]{0,255}");
  private static final Pattern FILE = Pattern.compile("/[A-Za-z0-9/_.-]{1,89}");

  /** Longer values are cut in a message. */
  private static final int LONGEST_SHOWN = 60;

  private Words() {}

  static String requireName(String what, String value) {
    return require(
        NAME,
        what,
        value,
        "is no name; use 1 to 63 letters, digits, '_', '.' and '-', a letter or digit first");
  }

  static String requireHostName(String what, String value) {
    return require(
        HOST_NAME, what, value, "is no host; give a name, an IPv4 address, or [IPv6 address]");
  }

  static String requirePath(String what, String value) {
    return require(
        PATH,
        what,
        value,
        "is no path; begin with '/', use at most 256 letters, digits and /_.~%=&?+-");
  }

  /** A path in the file system; a Unix socket's has at most 107 bytes, and HAProxy adds to it. */
  static String requireFile(String what, String value) {
    return require(
        FILE,
        what,
        value,
        "is no absolute path of 2 to 90 letters, digits and /_.-; shorten or rename it");
  }

  static int requireBetween(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s %d is not between %d and %d".formatted(what, value, least, most));
    }
    return value;
  }

  private static String require(Pattern pattern, String what, String value, String remedy) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException("%s %s %s".formatted(what, shown(value), remedy));
    }
    return value;
  }

  /** A value in quotes, on one line and of one length, whoever sent it. */
  static String shown(String value) {
    var text = new StringBuilder();
    value
        .codePoints()
        .limit(LONGEST_SHOWN)
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            text.append("\\u%04x".formatted(c));
          } else {
            text.appendCodePoint(c);
          }
        });
    return "\""
        + text
        + (value.codePointCount(0, value.length()) > LONGEST_SHOWN ? "…" : "")
        + "\"";
  }
}
