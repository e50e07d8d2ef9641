package io.tidecaster.api;

import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryDecision;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.RolloutDecision;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.Throttling;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How large the replicas are, and are to be. */
@Schema(
    name = "Size",
    description = "How large one container of each replica is, and is to be.",
    requiredProperties = {
      "container",
      "at",
      "currentCpuCores",
      "desiredCpuCores",
      "neededCpuCores",
      "forecastCpuCores",
      "minCpuCores",
      "maxCpuCores",
      "reason",
      "sentence",
      "memory",
      "way",
      "waySentence",
      "rollout",
      "rolloutSentence",
      "throttledShare",
      "maxThrottledShare"
    })
public record SizeJson(
    @Schema(description = "Its name in the pod.", examples = "scheduler") String container,
    @Schema(
            description = "Event time of the decision on the size.",
            examples = "2026-05-04T09:31:00Z")
        Instant at,
    @Schema(description = "CPU that the largest replica requests.", examples = "0.5")
        double currentCpuCores,
    @Schema(description = "CPU that Tidecaster wants it to request.", examples = "2.44")
        double desiredCpuCores,
    @Schema(
            nullable = true,
            description = "CPU for the load of this moment; null while what is used is unknown.",
            examples = "0.48")
        @Nullable Double neededCpuCores,
    @Schema(
            nullable = true,
            description =
                "CPU for the load of this moment and what is forecast; null while that is unknown.",
            examples = "2.375")
        @Nullable Double forecastCpuCores,
    @Schema(description = "The smallest it may be.", examples = "0.25") double minCpuCores,
    @Schema(description = "The largest it may be.", examples = "4") double maxCpuCores,
    @Schema(
            description = "One word for why; also a metric's label and an Event's reason.",
            enumeration = {
              "ForecastAboveSize",
              "UseAboveSize",
              "Throttled",
              "Oversized",
              "SizeOutOfBounds",
              "RightSize",
              "SizeStabilizing",
              "KeptAfterThrottling",
              "AtLargestSize",
              "UseUnknown"
            },
            examples = "ForecastAboveSize")
        String reason,
    @Schema(
            description = "The outcome and its reason for a person.",
            examples =
                "Container scheduler goes from 500m to 2430m CPU: 480m are needed now and 2375m for"
                    + " what is forecast.")
        String sentence,
    @Schema(nullable = true, description = "Null where memory is left as it is.")
        @Nullable MemoryJson memory,
    @Schema(
            nullable = true,
            description = "Which way replicas and size went by one decision; null without one.",
            enumeration = {
              "Out",
              "Up",
              "OutAndUp",
              "OutAndDown",
              "InAndUp",
              "In",
              "Down",
              "InAndDown",
              "Neither"
            },
            examples = "Up")
        @Nullable String way,
    @Schema(
            nullable = true,
            description = "Why that way, and what the others would have cost.",
            examples =
                "Up: 4 × (1000m CPU, 1536Mi) become 4 × (1880m CPU, 2212Mi), 0.343 an hour instead"
                    + " of 0.189; replicas alone would not bear it, their size alone would cost"
                    + " 0.343.")
        @Nullable String waySentence,
    @Schema(
            nullable = true,
            description =
                "Why the workload's template changes, or waits; null where no rollout carries a size.",
            enumeration = {
              "TemplateChanges",
              "WithinDeviation",
              "TemplateInStep",
              "UndoneByOther",
              "DeviationNotLasting",
              "RolloutInProgress",
              "LeastInterval"
            },
            examples = "LeastInterval")
        @Nullable String rollout,
    @Schema(
            nullable = true,
            description = "The same for a person.",
            examples =
                "A rollout to 2430m CPU waits until 2026-05-04T15:31:00Z, 6 h after the last one.")
        @Nullable String rolloutSentence,
    @Schema(
            nullable = true,
            description =
                "Share of the last minute's scheduling periods that its CPU limit cut short; null"
                    + " where unknown or not asked for.",
            examples = "0.02")
        @Nullable Double throttledShare,
    @Schema(
            nullable = true,
            description = "A greater share is throttling; null where not asked for.",
            examples = "0.05")
        @Nullable Double maxThrottledShare) {

  /** The memory of the container. */
  @Schema(
      name = "Memory",
      description = "How much memory the container has, and is to have.",
      requiredProperties = {
        "currentBytes",
        "desiredBytes",
        "minBytes",
        "maxBytes",
        "heapBytes",
        "reason",
        "sentence"
      })
  public record MemoryJson(
      @Schema(description = "What the largest replica requests.", examples = "536870912")
          long currentBytes,
      @Schema(description = "What Tidecaster wants it to request.", examples = "644874240")
          long desiredBytes,
      @Schema(description = "The least it may be.", examples = "268435456") long minBytes,
      @Schema(description = "The most it may be.", examples = "4294967296") long maxBytes,
      @Schema(
              nullable = true,
              description = "The most that the heap of its JVM takes; null where it does not say.",
              examples = "402653184")
          @Nullable Long heapBytes,
      @Schema(
              description = "One word for why.",
              enumeration = {
                "OomKilled",
                "PeakAboveMemory",
                "ForecastAboveMemory",
                "HeapAboveMemory",
                "MemoryOversized",
                "MemoryOutOfBounds",
                "RightMemory",
                "KeptAfterOom",
                "MemoryStabilizing",
                "ShrinkingRestarts",
                "MemoryNeedsRestart",
                "AtLargestMemory",
                "MemoryUnknown"
              },
              examples = "OomKilled")
          String reason,
      @Schema(
              description = "The outcome and its reason for a person.",
              examples = "Memory goes from 512Mi to 615Mi: it was killed for want of memory.")
          String sentence) {

    private static MemoryJson of(MemoryDecision decision) {
      MemoryInputs inputs = decision.inputs();
      return new MemoryJson(
          inputs.currentBytes(),
          decision.desiredBytes(),
          inputs.leastBytes(),
          inputs.mostBytes(),
          inputs.heap().map(JvmHeap::bytes).orElse(null),
          decision.reason().label(),
          decision.sentence());
    }
  }

  /** Those of the containers beside the one that bears the load. */
  static List<SizeJson> beside(Optional<SizeDecision> decision) {
    return decision.stream().flatMap(size -> size.beside().stream()).map(SizeJson::of).toList();
  }

  static SizeJson of(SizeDecision decision) {
    Optional<SizeNeed> need = decision.inputs().need();
    return new SizeJson(
        decision.container(),
        decision.at(),
        cores(decision.inputs().currentMillis()),
        cores(decision.outcome().desiredMillis()),
        coresOf(need, SizeNeed::nowMillis),
        coresOf(need, SizeNeed::aheadMillis),
        cores(decision.inputs().bounds().leastMillis()),
        cores(decision.inputs().bounds().mostMillis()),
        decision.outcome().reasonLabel(),
        decision.sentence(),
        decision.memory().map(MemoryJson::of).orElse(null),
        decision.choice().map(choice -> choice.way().label()).orElse(null),
        decision.choice().map(ShapeChoice::sentence).orElse(null),
        decision.rollout().map(rollout -> rollout.reason().label()).orElse(null),
        decision.rollout().map(RolloutDecision::sentence).orElse(null),
        throttledShare(decision),
        decision.inputs().throttling().map(Throttling::mostShare).orElse(null));
  }

  private static @Nullable Double throttledShare(SizeDecision decision) {
    OptionalDouble share =
        decision.inputs().throttling().map(Throttling::share).orElse(OptionalDouble.empty());
    return share.isPresent() ? share.getAsDouble() : null;
  }

  private static @Nullable Double coresOf(
      Optional<SizeNeed> need, ToLongFunction<SizeNeed> millis) {
    return need.map(known -> cores(millis.applyAsLong(known))).orElse(null);
  }

  private static double cores(long millis) {
    return millis / 1000.0;
  }
}
