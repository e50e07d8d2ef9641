package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A number as Kubernetes writes it, an integer or text: {@code 120}, {@code "0.5"}, {@code "500m"}.
 *
 * @param text as it stands in the resource; {@link Notation} reads it
 */
public record Quantity(@JsonValue String text) {

  @JsonCreator
  static Quantity of(String text) {
    return new Quantity(text);
  }

  @JsonCreator
  static Quantity of(int number) {
    return new Quantity(Integer.toString(number));
  }

  @Override
  public String toString() {
    return text;
  }
}
