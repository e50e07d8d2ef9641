/// Plays loads through the production forecast and decide code on a virtual clock, and requests
/// through a balancer to servers with queues.
@NullMarked
package io.tidecaster.sim;

import org.jspecify.annotations.NullMarked;
