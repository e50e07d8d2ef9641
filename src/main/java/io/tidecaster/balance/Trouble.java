package io.tidecaster.balance;

import java.time.Instant;

/**
 * Something that keeps a balancer from being as it should, for a while already.
 *
 * @param where which instance, for a person
 * @param since when it was first seen
 */
public record Trouble(String where, Problem problem, Instant since) {

  /** What is so, where, and what to do. */
  public String sentence() {
    return where + ": " + problem.sentence();
  }
}
