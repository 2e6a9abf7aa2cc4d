/** What responses of registries mean that are not a success. */
@NullMarked
package dev.modelcar.oci.registry.errors;

import org.jspecify.annotations.NullMarked;
