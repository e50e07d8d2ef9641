package io.tidecaster.act;

import io.tidecaster.decide.LeadTimeEstimate;

/**
 * A lead time that was measured on a workload's own pods.
 *
 * @param startUps how many were measured
 * @param explanation for a person
 */
public record LearnedLeadTime(LeadTimeEstimate estimate, int startUps, String explanation) {}
