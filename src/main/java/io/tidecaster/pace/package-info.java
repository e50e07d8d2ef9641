/// Says how fast replicas are: what a new one needs to be as fast as it will be, and what each gets
/// of the requests when all are.
@NullMarked
package io.tidecaster.pace;

import org.jspecify.annotations.NullMarked;
