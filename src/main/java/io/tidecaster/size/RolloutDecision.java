package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether the template of a workload is given the size that is wanted, which has its own rollout
 * replace every pod: only where the pods were off by more than a share for a while, no other
 * rollout is on its way, and the last one is a least interval ago. The same arguments always give
 * the same decision.
 *
 * @param wanted what the template is to request in the end
 * @param offSince from when on the pods have been off; empty where they are not
 * @param sentence the reason for a person
 */
public record RolloutDecision(
    RolloutInputs inputs,
    WantedSize wanted,
    RolloutReason reason,
    Optional<Instant> offSince,
    String sentence) {

  /** What follows from the inputs and the size that is wanted of the pods. */
  static RolloutDecision of(
      Instant at,
      RolloutInputs inputs,
      SizeOutcome cpu,
      Optional<MemoryDecision> memory,
      CpuBounds bounds) {
    RolloutInputs.Standing standing = inputs.standing();
    WantedSize ofPods = standing.possible(new WantedSize(cpu.desiredMillis(), bytes(memory)));
    WantedSize wanted =
        standing.possible(
            new WantedSize(
                Math.max(cpu.desiredMillis(), bounds.clamp(inputs.peaks().largest())),
                bytes(memory)));
    boolean killed =
        memory.filter(decided -> decided.reason() == MemoryReason.OOM_KILLED).isPresent();
    boolean off = killed || standing.pods().differs(ofPods, inputs.rule().deviation());
    Optional<Instant> since = off ? Optional.of(inputs.offSince().orElse(at)) : Optional.empty();
    RolloutReason reason = reason(at, inputs, wanted, since, killed);
    return new RolloutDecision(
        inputs, wanted, reason, since, sentence(inputs, wanted, reason, since, killed));
  }

  /** Whether the template is to be changed now. */
  public boolean changesTemplate() {
    return reason == RolloutReason.TEMPLATE_CHANGES;
  }

  private static OptionalLong bytes(Optional<MemoryDecision> memory) {
    return memory
        .map(decided -> OptionalLong.of(decided.desiredBytes()))
        .orElse(OptionalLong.empty());
  }

  private static RolloutReason reason(
      Instant at,
      RolloutInputs inputs,
      WantedSize wanted,
      Optional<Instant> since,
      boolean killed) {
    RolloutRule rule = inputs.rule();
    RolloutInputs.Standing standing = inputs.standing();
    if (since.isEmpty()) {
      return RolloutReason.WITHIN_DEVIATION;
    }
    boolean inStep =
        killed
            ? covers(standing.template(), wanted)
            : !standing.template().differs(wanted, rule.deviation());
    if (inStep) {
      return RolloutReason.TEMPLATE_IN_STEP;
    }
    if (standing
        .undone()
        .filter(theirs -> at.isBefore(theirs.at().plus(rule.leastInterval())))
        .isPresent()) {
      return RolloutReason.UNDONE_BY_OTHER;
    }
    if (!killed && at.isBefore(since.get().plus(rule.lasting()))) {
      return RolloutReason.DEVIATION_NOT_LASTING;
    }
    if (standing.busy().isPresent()) {
      return RolloutReason.ROLLOUT_IN_PROGRESS;
    }
    return standing
            .writtenAt()
            .filter(last -> at.isBefore(last.plus(interval(rule, killed))))
            .isPresent()
        ? RolloutReason.LEAST_INTERVAL
        : RolloutReason.TEMPLATE_CHANGES;
  }

  private static Duration interval(RolloutRule rule, boolean killed) {
    return killed ? RolloutRule.AFTER_KILL : rule.leastInterval();
  }

  private static boolean covers(WantedSize template, WantedSize wanted) {
    return template.cpuMillis() >= wanted.cpuMillis()
        && template.memoryBytes().orElse(Long.MAX_VALUE) >= wanted.memoryBytes().orElse(0);
  }

  private static String sentence(
      RolloutInputs inputs,
      WantedSize wanted,
      RolloutReason reason,
      Optional<Instant> since,
      boolean killed) {
    RolloutRule rule = inputs.rule();
    RolloutInputs.Standing standing = inputs.standing();
    String share = String.format(Locale.ROOT, "%.0f %%", 100 * rule.deviation());
    return switch (reason) {
      case TEMPLATE_CHANGES ->
          "The template goes from %s to %s, and the workload's own rollout carries it."
              .formatted(standing.template(), wanted);
      case WITHIN_DEVIATION ->
          "No rollout: what the pods have is off by no more than %s.".formatted(share);
      case TEMPLATE_IN_STEP ->
          "The template says %s, and pods made from now on have that."
              .formatted(standing.template());
      case UNDONE_BY_OTHER ->
          standing
              .undone()
              .map(theirs ->
                  "The template is left alone until %s: %s set it to %s at %s, which undid ours; let your tool ignore what our field manager owns, or set vertical.policy \"Off\"."
                      .formatted(
                          theirs.at().plus(rule.leastInterval()).truncatedTo(ChronoUnit.SECONDS),
                          theirs.manager(),
                          standing.template(),
                          theirs.at()))
              .orElseThrow();
      case DEVIATION_NOT_LASTING ->
          "A rollout to %s waits until what the pods have was off by more than %s for %s, which it was since %s."
              .formatted(wanted, share, told(rule.lasting()), since.orElseThrow());
      case ROLLOUT_IN_PROGRESS ->
          "A rollout to %s waits: %s.".formatted(wanted, standing.busy().orElseThrow());
      case LEAST_INTERVAL ->
          "A rollout to %s waits until %s, %s after the last one."
              .formatted(
                  wanted,
                  standing.writtenAt().orElseThrow().plus(interval(rule, killed)),
                  told(interval(rule, killed)));
    };
  }

  private static String told(Duration duration) {
    return duration.toMinutes() % 60 == 0
        ? duration.toHours() + " h"
        : duration.toMinutes() + " min";
  }
}
