/// The balancer in front of the replicas: its configuration, what it is to be told, and the
/// telling.
@NullMarked
package io.tidecaster.balance;

import org.jspecify.annotations.NullMarked;
