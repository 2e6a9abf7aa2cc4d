package dev.modelcar.kubernetes.tekton;

/**
 * A task of a run that did not succeed.
 *
 * @param name in the run
 * @param reason Tekton's word
 * @param message Tekton's sentence
 * @param permanent whether its exit code says that the same would fail again
 */
public record FailedTask(String name, String reason, String message, boolean permanent) {}
