package io.tidecaster.workload;

/**
 * Names one scaler, and with it one workload; the key of every record on Kafka.
 *
 * @param namespace the Kubernetes namespace, or any name outside Kubernetes
 * @param name the name of the PredictiveScaler
 */
public record ScalerId(String namespace, String name) implements Comparable<ScalerId> {

  public ScalerId {
    requireSegment("namespace", namespace);
    requireSegment("name", name);
  }

  /** Reads {@code namespace/name}, the form that {@link #toString()} writes. */
  public static ScalerId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "scaler \"%s\" has no namespace; write namespace/name".formatted(text));
    }
    return new ScalerId(text.substring(0, slash), text.substring(slash + 1));
  }

  private static void requireSegment(String what, String value) {
    if (value.isEmpty() || value.length() > 253 || value.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "%s \"%s\" must have 1 to 253 characters and no slash".formatted(what, value));
    }
  }

  @Override
  public int compareTo(ScalerId other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
