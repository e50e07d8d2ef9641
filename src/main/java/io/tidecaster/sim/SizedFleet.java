package io.tidecaster.sim;

import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import java.time.Duration;
import java.time.Instant;

/**
 * A fleet whose replicas are of one size that can be changed in place. More is paid for at once and
 * bears load after the time a resize takes; less is both at once. New replicas have the size that
 * is asked for.
 */
final class SizedFleet {
  private final SimulatedFleet replicas;
  private final CapacityLaw truth;
  private final Duration resizeTime;
  private ContainerSize asked;
  private long effectiveMillis;
  private Instant effectiveAt;
  private SizedAccount account = SizedAccount.EMPTY;

  /**
   * A fleet that begins with these replicas, which are ready.
   *
   * @param truth what a replica bears before its users feel it
   */
  SizedFleet(SimulatedFleet replicas, CapacityLaw truth, ContainerSize size, Duration resizeTime) {
    this.replicas = replicas;
    this.truth = truth;
    this.resizeTime = resizeTime;
    this.asked = size;
    this.effectiveMillis = size.cpuMillis();
    this.effectiveAt = replicas.now();
  }

  void resize(ContainerSize size) {
    if (size.equals(asked)) {
      return;
    }
    settle();
    boolean smaller = size.cpuMillis() <= effectiveMillis;
    effectiveAt = smaller ? replicas.now() : replicas.now().plus(resizeTime);
    asked = size;
    settle();
    account = counted(account, 0, replicas.asked());
  }

  void scale(int count) {
    account = counted(account, count == replicas.asked() ? 0 : 1, 0);
    replicas.scale(count);
  }

  private static SizedAccount counted(SizedAccount a, int scalings, int resizes) {
    return new SizedAccount(
        a.seconds(),
        a.coreSeconds(),
        a.gibSeconds(),
        a.replicaSeconds(),
        a.violationSeconds(),
        a.requests(),
        a.requestsInViolation(),
        a.scalings() + scalings,
        a.resizes() + resizes);
  }

  private void settle() {
    if (!replicas.now().isBefore(effectiveAt)) {
      effectiveMillis = asked.cpuMillis();
    }
  }

  /** Lets this load arrive for {@code step}. */
  void advance(double load, Duration step) {
    settle();
    double seconds = step.toMillis() / 1000.0;
    boolean violated = load > replicas.ready() * truth.loadAt(effectiveMillis) * (1 + 1e-9);
    SizedAccount a = account;
    account =
        new SizedAccount(
            a.seconds() + seconds,
            a.coreSeconds() + replicas.asked() * asked.cores() * seconds,
            a.gibSeconds() + replicas.asked() * asked.gibibytes() * seconds,
            a.replicaSeconds() + replicas.asked() * seconds,
            a.violationSeconds() + (violated ? seconds : 0),
            a.requests() + load * seconds,
            a.requestsInViolation() + (violated ? load * seconds : 0),
            a.scalings(),
            a.resizes());
    replicas.advance(load, step);
  }

  /** CPU that one ready replica uses under this load, in cores; no more than it has. */
  double coresUsed(double load) {
    double cores = effectiveMillis / 1000.0;
    double each = load / Math.max(1, replicas.ready());
    double costOfOne =
        (truth.targetUse() * cores - truth.idleCores()) / truth.loadAt(effectiveMillis);
    return Math.min(cores, truth.idleCores() + each * costOfOne);
  }

  SizedAccount account() {
    return account;
  }

  ContainerSize asked() {
    return asked;
  }

  /** The CPU with which its ready replicas bear load now. */
  long effectiveMillis() {
    settle();
    return effectiveMillis;
  }
}
