/**
 * The client of OCI registries (OCI distribution specification 1.1), with what real registries do
 * beside it: token servers, uploads that break and go on, answers that get lost, proxies that cut,
 * manifests that are accepted and not kept.
 */
@NullMarked
package dev.modelcar.oci.registry;

import org.jspecify.annotations.NullMarked;
