package io.tidecaster.size;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large the heap of a JVM may become, from how it was started. It takes all of that sooner or
 * later, whatever it used so far; and it never takes more, as the bound is set when it starts: more
 * memory is then only for what lies outside of the heap.
 *
 * @param bytes the bound
 * @param flag what sets it, {@code -Xmx512m}
 */
public record JvmHeap(long bytes, String flag) {
  private static final Pattern FLAG =
      Pattern.compile(
          "(?:^|\\s)(-Xmx(\\d{1,12})([kKmMgGtT]?)|-XX:MaxRAMPercentage=(\\d{1,3}(?:\\.\\d{1,6})?))(?=\\s|$)");

  public JvmHeap {
    if (bytes < 1) {
      throw new IllegalArgumentException("a heap of %d bytes; at least 1".formatted(bytes));
    }
  }

  /**
   * The heap of who was started with these words; empty where none of them says.
   *
   * @param words command, arguments and options of the environment, in the order in which the JVM
   *     reads them; {@code -Xmx} wins over a percentage, and the last of a kind over those before
   * @param limitBytes the container's limit when it was started, of which a percentage is
   */
  public static Optional<JvmHeap> of(List<String> words, OptionalLong limitBytes) {
    Optional<JvmHeap> stated = Optional.empty();
    Optional<JvmHeap> share = Optional.empty();
    for (String word : words) {
      Matcher flag = FLAG.matcher(word);
      while (flag.find()) {
        if (flag.group(2) != null) {
          stated =
              heap(Long.parseLong(flag.group(2)) * (double) unit(flag.group(3)), flag.group(1));
        } else if (limitBytes.isPresent()) {
          double ratio = Double.parseDouble(flag.group(4)) / 100;
          share = heap(Math.min(1, ratio) * limitBytes.getAsLong(), flag.group(1));
        }
      }
    }
    return stated.isPresent() ? stated : share;
  }

  private static Optional<JvmHeap> heap(double bytes, String flag) {
    return bytes >= 1 && bytes < Long.MAX_VALUE
        ? Optional.of(new JvmHeap((long) bytes, flag))
        : Optional.empty();
  }

  private static long unit(String suffix) {
    return switch (suffix.toLowerCase(Locale.ROOT)) {
      case "k" -> 1L << 10;
      case "m" -> 1L << 20;
      case "g" -> 1L << 30;
      case "t" -> 1L << 40;
      default -> 1;
    };
  }
}
