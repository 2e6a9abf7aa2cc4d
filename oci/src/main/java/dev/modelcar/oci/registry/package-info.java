/**
 * A client of OCI registries (OCI distribution specification 1.1) that copes with real ones: token
 * servers, interrupted uploads, lost responses, proxies with limits, manifests that are accepted
 * but not stored.
 */
@NullMarked
package dev.modelcar.oci.registry;

import org.jspecify.annotations.NullMarked;
