package io.tidecaster.workload;

/**
 * What is scaled: any Kubernetes object with a {@code /scale} subresource, in the scaler's
 * namespace.
 */
public record TargetRef(String apiVersion, String kind, String name) {

  public TargetRef {
    if (apiVersion.isBlank() || kind.isBlank() || name.isBlank()) {
      throw new IllegalArgumentException(
          "scaleTargetRef %s/%s/%s must name apiVersion, kind and name"
              .formatted(apiVersion, kind, name));
    }
  }
}
