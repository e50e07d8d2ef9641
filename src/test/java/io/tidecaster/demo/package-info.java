@NullMarked
package io.tidecaster.demo;

import org.jspecify.annotations.NullMarked;
