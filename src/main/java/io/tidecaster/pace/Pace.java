package io.tidecaster.pace;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was learned of how fast a workload's replicas are.
 *
 * @param shares by a replica's name, what it gets of the weight of the fastest; above 0, at most 1
 */
public record Pace(WarmUps warmUps, Map<String, Double> shares) {
  /** Replicas whose share is kept; with more the rest begins anew. */
  public static final int MOST_SHARES = 1_000;

  public static final Pace UNKNOWN = new Pace(WarmUps.NONE, Map.of());

  public Pace {
    if (shares.size() > MOST_SHARES) {
      throw new IllegalArgumentException(
          "%d shares > %d; keep fewer".formatted(shares.size(), MOST_SHARES));
    }
    shares.forEach((name, share) -> {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "share %s of %s must be above 0 and at most 1".formatted(share, name));
      }
    });
    shares = Collections.unmodifiableMap(new TreeMap<>(shares));
  }
}
