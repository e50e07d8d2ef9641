package io.tidecaster.crd.v1alpha1;

/**
 * What is wrong with a resource at one place.
 *
 * @param path {@code spec.load.series.type}
 * @param problem value, bound and remedy
 */
public record SpecError(String path, String problem) {

  @Override
  public String toString() {
    return path + ": " + problem;
  }
}
