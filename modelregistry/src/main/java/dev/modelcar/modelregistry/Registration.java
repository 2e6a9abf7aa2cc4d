package dev.modelcar.modelregistry;

import dev.modelcar.core.Digest;
import java.util.Optional;

/**
 * What is to be registered.
 *
 * @param model the name of the model
 * @param version the name of its version
 * @param artifact the name of the version's artifact, if it has none yet
 * @param modelContents of the model; only what it does not say yet is written, for it may have
 *     other versions, and people edit it
 * @param versionContents of the version
 * @param artifactContents of the artifact, but for its URI
 * @param uri of the image: {@code oci://…@sha256:…}
 * @param digest of the image; empty before it is known
 * @param replace whether a version may be made to point to another image
 */
public record Registration(
    String model,
    String version,
    String artifact,
    Contents modelContents,
    Contents versionContents,
    Contents artifactContents,
    String uri,
    Optional<Digest> digest,
    boolean replace) {}
