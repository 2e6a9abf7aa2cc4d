package dev.modelcar.lint.schema;

import java.util.Optional;

/**
 * A kind of objects that is known.
 *
 * @param schema of a CustomResourceDefinition; none for what is built into Kubernetes
 * @param type that a program decodes it into; empty if that is not known
 * @param types where that type stands
 */
public record Kind(
    GroupKind name,
    Optional<Schema> schema,
    String type,
    GoTypes types,
    boolean namespaced,
    boolean status) {}
