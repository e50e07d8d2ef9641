package io.tidecaster.balance;

import java.time.Duration;

/**
 * How often and how patiently balancers are asked.
 *
 * @param every how often a backend is looked at and made good
 * @param timeout longest time for one answer of HAProxy
 * @param outageRespite for so long a HAProxy that did not answer is left alone
 * @param commandsAtOnce most commands to one HAProxy in one look
 */
public record BalanceLimits(
    Duration every, Duration timeout, Duration outageRespite, int commandsAtOnce) {

  public BalanceLimits {
    if (!every.isPositive() || every.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("every %s must lie between 1ms and 1m".formatted(every));
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofSeconds(30)) > 0) {
      throw new IllegalArgumentException(
          "timeout %s must lie between 1ms and 30s".formatted(timeout));
    }
    if (outageRespite.isNegative()) {
      throw new IllegalArgumentException(
          "outage-respite %s cannot be negative".formatted(outageRespite));
    }
    Words.requireBetween("commands-at-once", commandsAtOnce, 1, 10_000);
  }

  /**
   * The limits that are configured.
   *
   * @throws IllegalArgumentException where one is out of its bound
   */
  public static BalanceLimits of(BalanceConfig config) {
    return new BalanceLimits(
        config.every(), config.timeout(), config.outageRespite(), config.commandsAtOnce());
  }
}
