/// Health, meters and ownership: what an operator looks at.
@NullMarked
package io.tidecaster.ops;

import org.jspecify.annotations.NullMarked;
