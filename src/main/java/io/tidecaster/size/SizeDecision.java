package io.tidecaster.size;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One decision on the size of a container with all that led to it.
 *
 * @param at event time: the end of the last minute that was known
 * @param sentence the outcome and its reason for a person
 * @param memory that on its memory; empty where that is left as it is
 * @param choice of one decision with the replicas; empty where these are decided by themselves
 */
public record SizeDecision(
    Instant at,
    String container,
    SizeInputs inputs,
    SizeOutcome outcome,
    String sentence,
    Optional<MemoryDecision> memory,
    Optional<ShapeChoice> choice) {

  /** What follows from the inputs. */
  public static SizeDecision of(Instant at, String container, SizeInputs inputs) {
    return of(at, container, inputs, Optional.empty());
  }

  /**
   * The same with a decision on its memory.
   *
   * @param memory what that is made from
   */
  public static SizeDecision of(
      Instant at, String container, SizeInputs inputs, Optional<MemoryInputs> memory) {
    SizeOutcome outcome = inputs.decide(at).outcome();
    return new SizeDecision(
        at,
        container,
        inputs,
        outcome,
        sentence(container, inputs, outcome),
        memory.map(known -> MemoryDecision.of(at, known)),
        Optional.empty());
  }

  /** The same as a part of one decision with the replicas. */
  public SizeDecision with(ShapeChoice made) {
    return new SizeDecision(at, container, inputs, outcome, sentence, memory, Optional.of(made));
  }

  /** The same once more, from what it was made from. */
  public SizeDecision again() {
    SizeDecision made = of(at, container, inputs, memory.map(MemoryDecision::inputs));
    return choice.map(known -> made.with(known.again())).orElse(made);
  }

  /** What it is asked to request. */
  public WantedSize wanted() {
    return new WantedSize(
        outcome.desiredMillis(),
        memory
            .map(decided -> OptionalLong.of(decided.desiredBytes()))
            .orElse(OptionalLong.empty()));
  }

  /** With why replicas or size, and with that on the memory. */
  public String fullSentence() {
    return Stream.of(
            choice.map(ShapeChoice::sentence),
            Optional.of(sentence),
            memory.map(MemoryDecision::sentence))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(" "));
  }

  /** What the next decision remembers. */
  public SizeMemory remembered() {
    return inputs.decide(at).memory();
  }

  private static String sentence(String container, SizeInputs inputs, SizeOutcome outcome) {
    String what =
        switch (outcome) {
          case SizeOutcome.Resize resize ->
              "Container %s goes from %dm to %dm CPU"
                  .formatted(container, resize.fromMillis(), resize.toMillis());
          case SizeOutcome.Keep keep ->
              "Container %s keeps %dm CPU".formatted(container, keep.millis());
        };
    return what + ": " + why(inputs, outcome) + ".";
  }

  private static String why(SizeInputs inputs, SizeOutcome outcome) {
    String needs =
        inputs
            .need()
            .map(need ->
                "%dm are needed now and %dm for what is forecast"
                    .formatted(need.nowMillis(), need.aheadMillis()))
            .orElse("what it uses is unknown, and unknown is not zero");
    return switch (outcome) {
      case SizeOutcome.Resize _ -> needs;
      case SizeOutcome.Keep keep ->
          switch (keep.reason()) {
            case RIGHT_SIZE, USE_UNKNOWN -> needs;
            case SIZE_STABILIZING ->
                "%s, and more was within the last %d s"
                    .formatted(needs, inputs.settings().shrinkWindow().toSeconds());
            case AT_LARGEST_SIZE ->
                "%s, maxAllowed.cpu %dm is reached; raise it"
                    .formatted(needs, inputs.bounds().mostMillis());
          };
    };
  }
}
