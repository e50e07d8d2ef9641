@NullMarked
package io.tidecaster.crd.v1alpha1;

import org.jspecify.annotations.NullMarked;
