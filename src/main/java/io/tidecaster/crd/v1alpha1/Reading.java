package io.tidecaster.crd.v1alpha1;

import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a resource says: a scaler, or all that is wrong with it. */
public sealed interface Reading {

  /** The resource in the vocabulary. */
  record Accepted(Scaler scaler) implements Reading {}

  /**
   * The resource cannot be followed, and is followed in no part.
   *
   * @param id empty where not even the name can be read
   * @param errors at least one
   */
  record Rejected(Optional<ScalerId> id, List<SpecError> errors) implements Reading {
    public Rejected {
      errors = List.copyOf(errors);
      if (errors.isEmpty()) {
        throw new IllegalArgumentException("a rejection needs an error");
      }
    }

    /** All errors in one line for a person. */
    public String sentence() {
      return errors.stream().map(SpecError::toString).collect(Collectors.joining("; "));
    }
  }
}
