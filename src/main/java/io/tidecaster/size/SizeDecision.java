package io.tidecaster.size;

import java.time.Instant;
import java.util.List;
import java.util.Map;
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
 * @param rollout on the template that carries it; empty where that is not written for it
 * @param beside those on the containers beside, as far as their size is known
 */
public record SizeDecision(
    Instant at,
    String container,
    SizeInputs inputs,
    SizeOutcome outcome,
    String sentence,
    Optional<MemoryDecision> memory,
    Optional<ShapeChoice> choice,
    Optional<RolloutDecision> rollout,
    List<SizeDecision> beside) {

  public SizeDecision {
    beside = List.copyOf(beside);
  }

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
        sentence(at, container, inputs, outcome, false),
        memory.map(known -> MemoryDecision.of(at, known)),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same where a rollout carries it, or what cannot be done in place. */
  public SizeDecision carriedBy(RolloutInputs template) {
    return new SizeDecision(
        at,
        container,
        inputs,
        outcome,
        sentence(at, container, inputs, outcome, template.alone()),
        memory,
        choice,
        Optional.of(RolloutDecision.of(at, template, outcome, memory, inputs.bounds())),
        beside);
  }

  /** The same as a part of one decision with the replicas. */
  public SizeDecision with(ShapeChoice made) {
    return new SizeDecision(
        at, container, inputs, outcome, sentence, memory, Optional.of(made), rollout, beside);
  }

  /** The same with those on the containers beside. */
  public SizeDecision with(List<SizeDecision> others) {
    return new SizeDecision(
        at, container, inputs, outcome, sentence, memory, choice, rollout, others);
  }

  /** The same once more, from what it was made from. */
  public SizeDecision again() {
    SizeDecision made = of(at, container, inputs, memory.map(MemoryDecision::inputs));
    SizeDecision chosen = choice.map(known -> made.with(known.again())).orElse(made);
    return rollout
        .map(known -> chosen.carriedBy(known.inputs()))
        .orElse(chosen)
        .with(beside.stream().map(SizeDecision::again).toList());
  }

  /** What it is asked to request. */
  public WantedSize wanted() {
    return new WantedSize(
        outcome.desiredMillis(),
        memory
            .map(decided -> OptionalLong.of(decided.desiredBytes()))
            .orElse(OptionalLong.empty()));
  }

  /** That on each of the containers, on this one first. */
  public Stream<SizeDecision> each() {
    return Stream.concat(Stream.of(this), beside.stream());
  }

  /** What the containers of a replica are asked to request. */
  public WantedSizes wantedSizes() {
    return new WantedSizes(
        wanted(),
        beside.stream().collect(Collectors.toMap(SizeDecision::container, SizeDecision::wanted)));
  }

  /** Whether the template is to be changed now: one change carries all containers. */
  public boolean changesTemplate() {
    return each()
        .flatMap(decided -> decided.rollout().stream())
        .anyMatch(RolloutDecision::changesTemplate);
  }

  /** What the template is to say then, of those containers whose size there nobody else has set. */
  public Map<String, WantedSize> carried() {
    return each()
        .filter(decided ->
            decided
                .rollout()
                .filter(known -> known.reason() != RolloutReason.UNDONE_BY_OTHER)
                .isPresent())
        .collect(
            Collectors.toMap(
                SizeDecision::container, decided -> decided.rollout().orElseThrow().wanted()));
  }

  /** With why replicas or size, with that on the memory, and with that on the template. */
  public String fullSentence() {
    Stream<String> own =
        Stream.of(
                choice.map(ShapeChoice::sentence),
                Optional.of(sentence),
                memory.map(MemoryDecision::sentence),
                rollout.map(RolloutDecision::sentence))
            .flatMap(Optional::stream);
    return Stream.concat(own, beside.stream().map(SizeDecision::fullSentence))
        .collect(Collectors.joining(" "));
  }

  /** What the next decision remembers. */
  public SizeMemory remembered() {
    return inputs.decide(at).memory();
  }

  private static String sentence(
      Instant at, String container, SizeInputs inputs, SizeOutcome outcome, boolean ofADay) {
    String what =
        switch (outcome) {
          case SizeOutcome.Resize resize ->
              "Container %s goes from %dm to %dm CPU"
                  .formatted(container, resize.fromMillis(), resize.toMillis());
          case SizeOutcome.Keep keep ->
              "Container %s keeps %dm CPU".formatted(container, keep.millis());
        };
    String throttled = throttled(at, inputs, outcome);
    return inputs.need().isEmpty() && isForThrottling(outcome)
        ? "%s: %s.".formatted(what, throttled)
        : Stream.of(why(inputs, outcome, ofADay), throttled)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; ", what + ": ", "."));
  }

  private static boolean isForThrottling(SizeOutcome outcome) {
    return switch (outcome) {
      case SizeOutcome.Resize resize -> resize.reason() == ResizeReason.THROTTLED;
      case SizeOutcome.Keep keep -> keep.reason() == KeepReason.KEPT_AFTER_THROTTLING;
    };
  }

  /** Said where it decided, and where nobody here can do anything about it. */
  private static String throttled(Instant at, SizeInputs inputs, SizeOutcome outcome) {
    return inputs
        .throttling()
        .filter(known -> known.floorMillis(at) > 0)
        .filter(known ->
            isForThrottling(outcome)
                || known.floorMillis(at) > inputs.bounds().mostMillis()
                || known.isByForeignLimit(at))
        .map(Throttling::sentence)
        .orElse("");
  }

  private static String why(SizeInputs inputs, SizeOutcome outcome, boolean ofADay) {
    String needs =
        inputs
            .need()
            .map(need ->
                "%dm are needed now and %dm for %s"
                    .formatted(
                        need.nowMillis(),
                        need.aheadMillis(),
                        ofADay
                            ? "what is forecast and was needed within a day"
                            : "what is forecast"))
            .orElse(
                "what it needs is unknown, and unknown is not zero; it is learned from an hour of load and usage.cpu in which the load varies");
    return switch (outcome) {
      case SizeOutcome.Resize _ -> needs;
      case SizeOutcome.Keep keep ->
          switch (keep.reason()) {
            case RIGHT_SIZE, USE_UNKNOWN, KEPT_AFTER_THROTTLING -> needs;
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
