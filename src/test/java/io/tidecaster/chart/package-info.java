/** The chart, the dashboards and the alerts as texts that must agree with each other. */
@NullMarked
package io.tidecaster.chart;

import org.jspecify.annotations.NullMarked;
