package io.tidecaster.calendar;

import io.tidecaster.workload.ScalerId;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An event as somebody announced it.
 *
 * @param id by which it is changed and withdrawn
 * @param scalers whom it concerns, each {@code namespace/name} or {@code namespace/*}; empty for
 *     all
 */
public record Announcement(String id, Event event, List<String> scalers) {
  public static final int MOST_SCALERS = 100;
  private static final int MOST_LABEL = 200;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final String ALL_OF_A_NAMESPACE = "/*";

  public Announcement {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "id \"%s\" must have 1 to 128 letters, digits, dots, dashes or underscores, the first a letter or digit"
              .formatted(id));
    }
    if (event.label().length() > MOST_LABEL) {
      throw new IllegalArgumentException(
          "label of %d characters > %d; shorten it".formatted(event.label().length(), MOST_LABEL));
    }
    if (scalers.size() > MOST_SCALERS) {
      throw new IllegalArgumentException(
          "%d scalers > %d; name a namespace as crm/*, or none for all"
              .formatted(scalers.size(), MOST_SCALERS));
    }
    scalers = List.copyOf(scalers);
    scalers.forEach(Announcement::requireScaler);
  }

  private static void requireScaler(String scaler) {
    try {
      var _ =
          ScalerId.parse(
              scaler.endsWith(ALL_OF_A_NAMESPACE)
                  ? scaler.substring(0, scaler.length() - 1) + "all"
                  : scaler);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "scaler \"%s\" is neither namespace/name nor namespace/*".formatted(scaler), e);
    }
  }

  /** Whether this scaler's load may be moved by it. */
  public boolean concerns(ScalerId scaler) {
    return scalers.isEmpty()
        || scalers.contains(scaler.toString())
        || scalers.contains(scaler.namespace() + ALL_OF_A_NAMESPACE);
  }

  /** Whether it is the same but for when it was announced. */
  public boolean says(Announcement other) {
    return id.equals(other.id)
        && scalers.equals(other.scalers)
        && event.start().equals(other.event.start())
        && event.end().equals(other.event.end())
        && event.kind().equals(other.event.kind())
        && event.label().equals(other.event.label())
        && event.factor().equals(other.event.factor());
  }
}
