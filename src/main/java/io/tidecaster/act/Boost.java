package io.tidecaster.act;

import io.tidecaster.workload.Scaler;

/** Pods that start were given more CPU, gave it back, or did not get it. */
public record Boost(Scaler scaler, ResizeResult result) {}
