package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.util.Optional;

/**
 * A blob that a registry holds.
 *
 * @param content empty if only digest and size were kept
 */
public record StoredBlob(String digest, long size, Optional<Content> content) {}
