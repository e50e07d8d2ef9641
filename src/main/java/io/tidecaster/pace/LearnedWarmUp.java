package io.tidecaster.pace;

import java.time.Duration;

/**
 * A warm-up that was measured on a workload's own replicas.
 *
 * @param starts how many were measured
 * @param coldSpeed the speed of a replica just ready ÷ that of a warm one
 * @param explanation for a person
 */
public record LearnedWarmUp(Duration duration, int starts, double coldSpeed, String explanation) {}
