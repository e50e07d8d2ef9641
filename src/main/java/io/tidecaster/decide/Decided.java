package io.tidecaster.decide;

/** A decision, and what it was made from: both go into the journal. */
public record Decided(Decision decision, Inputs inputs) {}
