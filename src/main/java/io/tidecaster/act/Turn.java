package io.tidecaster.act;

import io.tidecaster.decide.Trust;
import io.tidecaster.workload.Scaler;

/**
 * A scaler has come to stand elsewhere in its trial.
 *
 * @param sentence why, for a person
 */
public record Turn(Scaler scaler, Trust.Standing standing, String sentence) {}
