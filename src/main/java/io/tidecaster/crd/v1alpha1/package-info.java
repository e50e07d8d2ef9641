/// The custom resource: its records, their translation to the vocabulary, and the catalogs that
/// hold its instances.
@NullMarked
package io.tidecaster.crd.v1alpha1;

import org.jspecify.annotations.NullMarked;
