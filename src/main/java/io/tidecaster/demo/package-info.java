/// Runs the main job on one machine: an embedded broker and a simulated CRM scraped on a virtual
/// clock.
@NullMarked
package io.tidecaster.demo;

import org.jspecify.annotations.NullMarked;
