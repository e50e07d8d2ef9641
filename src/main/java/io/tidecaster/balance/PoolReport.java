package io.tidecaster.balance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one HAProxy stands, looked at without telling it anything.
 *
 * @param algorithm as HAProxy names it; empty where it did not answer
 * @param problems what keeps its backend from being as it should
 * @param outstanding commands that would make its backend as it should be
 */
public record PoolReport(
    String instance,
    Optional<String> algorithm,
    List<Serving> serving,
    Set<Problem> problems,
    int outstanding) {

  public PoolReport {
    serving = List.copyOf(serving);
    problems = Set.copyOf(problems);
  }

  /**
   * A server that takes requests.
   *
   * @param weight what it gets in proportion to the others
   * @param response mean time until its answer begins, of its last 1024 requests; empty where it
   *     has hardly had any
   * @param reason why it has this weight, for a person
   */
  public record Serving(String name, int weight, Optional<Duration> response, String reason) {}
}
