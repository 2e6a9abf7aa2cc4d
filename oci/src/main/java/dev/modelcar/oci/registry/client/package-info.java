/**
 * Registries and repositories as HTTP servers: requests with credentials, retries and redirects,
 * and what kinds of registries there are.
 */
@NullMarked
package dev.modelcar.oci.registry.client;

import org.jspecify.annotations.NullMarked;
