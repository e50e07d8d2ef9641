package io.tidecaster.ingest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The labels of one series while it is decoded; filled anew for each, so that none is allocated.
 */
final class Labels {
  static final String METRIC_NAME = "__name__";

  private final int maxCharacters;
  private String[] names = new String[32];
  private String[] values = new String[32];
  private int count;

  /**
   * @param maxCharacters the most characters that the names and values of a series may have
   */
  Labels(int maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  void clear() {
    count = 0;
  }

  void add(String name, String value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    names[count] = name;
    values[count] = value;
    count++;
  }

  /** The metric name; empty where there is none. */
  String metric() {
    for (int i = 0; i < count; i++) {
      if (names[i].equals(METRIC_NAME)) {
        return values[i];
      }
    }
    return "";
  }

  Map<String, String> toMap() {
    Map<String, String> map = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      map.put(names[i], values[i]);
    }
    return map;
  }

  /**
   * Why no series may have these labels, if so. Names out of order are let pass, as by Prometheus
   * itself.
   */
  Optional<String> complaint() {
    int characters = 0;
    for (int i = 0; i < count; i++) {
      if (names[i].isEmpty()) {
        return Optional.of("a label with an empty name");
      }
      if (values[i].isEmpty()) {
        return Optional.of("label \"%s\" with an empty value".formatted(names[i]));
      }
      characters += names[i].length() + values[i].length();
    }
    if (characters > maxCharacters) {
      return Optional.of(
          "labels of %d characters, at most %d are taken".formatted(characters, maxCharacters));
    }
    if (metric().isEmpty()) {
      return Optional.of("no metric name (__name__)");
    }
    return repeatedName().map("label \"%s\" more than once"::formatted);
  }

  private Optional<String> repeatedName() {
    boolean ascending = true;
    for (int i = 1; i < count && ascending; i++) {
      ascending = names[i - 1].compareTo(names[i]) < 0;
    }
    if (ascending) {
      return Optional.empty();
    }
    Set<String> seen = HashSet.newHashSet(count);
    return Arrays.stream(names, 0, count).filter(name -> !seen.add(name)).findFirst();
  }
}
