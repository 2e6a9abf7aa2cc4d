/** Errors from responses of registries. */
@NullMarked
package dev.modelcar.oci.registry.errors;

import org.jspecify.annotations.NullMarked;
