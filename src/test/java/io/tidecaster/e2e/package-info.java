/**
 * The world the end-to-end tests run against: a real control plane, Prometheus, browser and CRM,
 * all on loopback, all gone when the test is.
 */
@NullMarked
package io.tidecaster.e2e;

import org.jspecify.annotations.NullMarked;
