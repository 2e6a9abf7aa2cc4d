package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;

/**
 * A layer whose bytes were made once.
 *
 * @param descriptor as it stands in manifests, with its annotations
 * @param diffId the digest before compression
 */
public record KnownLayer(Descriptor descriptor, Digest diffId) {}
