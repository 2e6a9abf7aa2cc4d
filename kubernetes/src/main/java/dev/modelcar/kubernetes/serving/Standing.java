package dev.modelcar.kubernetes.serving;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a served image stands.
 *
 * @param kind of the object that serves it
 * @param storageUri the image that it names
 * @param previous the image that it named before
 * @param serves whether all its pods are ready and of that image
 * @param state in one line
 * @param cause why it does not serve, as far as that shows
 */
public record Standing(
    ServedKind kind,
    String storageUri,
    Optional<String> previous,
    boolean serves,
    String state,
    List<String> pods,
    Optional<Cause> cause,
    Map<String, String> labels) {}
