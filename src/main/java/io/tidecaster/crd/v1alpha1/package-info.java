/// The custom resource's records and their translation to the vocabulary.
@NullMarked
package io.tidecaster.crd.v1alpha1;

import org.jspecify.annotations.NullMarked;
