package io.tidecaster.history;

import io.tidecaster.workload.SeriesSelector;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text that names a series within its scaler and signal: its labels as {@code name=value},
 * sorted by name, joined by U+001F. Equal label sets have equal texts and unequal ones unequal
 * texts, so that whatever way samples came in, they meet in one series.
 *
 * <p>Left out are {@code __name__}, since a signal has one metric, and labels with an empty value,
 * which in Prometheus are absent labels. A backslash, U+001F and {@code =} inside names or values
 * are escaped by a backslash.
 */
public final class SeriesIdentity {

  /**
   * The labels that tell replicas apart, best first: {@code instance} comes last because in metrics
   * of the kubelet it is the node.
   */
  private static final List<String> REPLICA_LABELS =
      List.of("pod", "pod_name", "kubernetes_pod_name", "instance");

  private static final char SEPARATOR = '\u001f';
  private static final char ESCAPE = '\\';

  private SeriesIdentity() {}

  /** How many replicas these series are of, in PromQL; nothing where there are none. */
  public static String replicasOf(SeriesSelector series) {
    return REPLICA_LABELS.stream()
        .map(label -> "count(count by (%s) (%s))".formatted(label, series.promQl(label + "!=\"\"")))
        .collect(Collectors.joining(" or "));
  }

  /** The canonical text of these labels. */
  public static String canonical(Map<String, String> labels) {
    StringBuilder text = new StringBuilder(32 * labels.size());
    new TreeMap<>(labels)
        .forEach((name, value) -> {
          if (name.equals("__name__") || value.isEmpty()) {
            return;
          }
          if (!text.isEmpty()) {
            text.append(SEPARATOR);
          }
          escape(name, text);
          text.append('=');
          escape(value, text);
        });
    return text.toString();
  }

  /**
   * The replica a series belongs to: the value of its {@code pod}, {@code pod_name}, {@code
   * kubernetes_pod_name} or {@code instance} label, the first that is there. A series with none of
   * them is a replica of its own, named by its whole text, so that its silence can not hide behind
   * that of others.
   *
   * @param canonical a text that {@link #canonical} wrote
   */
  public static String replicaOf(String canonical) {
    for (String label : REPLICA_LABELS) {
      int start = startOfValue(canonical, label);
      if (start >= 0) {
        return unescapedUntilSeparator(canonical, start);
      }
    }
    return canonical;
  }

  /** Where the value of this label starts, -1 if there is no such label. */
  private static int startOfValue(String canonical, String label) {
    int pair = 0;
    while (pair < canonical.length()) {
      int equals = pair + label.length();
      if (canonical.startsWith(label, pair)
          && equals < canonical.length()
          && canonical.charAt(equals) == '=') {
        return equals + 1;
      }
      pair = endOfPair(canonical, pair) + 1;
    }
    return -1;
  }

  private static int endOfPair(String canonical, int from) {
    int i = from;
    while (i < canonical.length() && canonical.charAt(i) != SEPARATOR) {
      i += canonical.charAt(i) == ESCAPE ? 2 : 1;
    }
    return i;
  }

  private static String unescapedUntilSeparator(String canonical, int from) {
    int end = Math.min(endOfPair(canonical, from), canonical.length());
    StringBuilder value = new StringBuilder(end - from);
    for (int i = from; i < end; i++) {
      if (canonical.charAt(i) == ESCAPE && i + 1 < end) {
        i++;
      }
      value.append(canonical.charAt(i));
    }
    return value.toString();
  }

  private static void escape(String raw, StringBuilder text) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == ESCAPE || c == SEPARATOR || c == '=') {
        text.append(ESCAPE);
      }
      text.append(c);
    }
  }
}
