/** Requests to registries with credentials, retries and redirects, and the kinds of registries. */
@NullMarked
package dev.modelcar.oci.registry.client;

import org.jspecify.annotations.NullMarked;
