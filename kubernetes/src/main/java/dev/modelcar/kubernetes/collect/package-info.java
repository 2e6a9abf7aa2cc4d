/** Collects from a cluster what a diagnosis looks at. */
@NullMarked
package dev.modelcar.kubernetes.collect;

import org.jspecify.annotations.NullMarked;
