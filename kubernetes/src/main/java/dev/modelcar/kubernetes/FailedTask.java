package dev.modelcar.kubernetes;

/**
 * A task of a run that did not succeed.
 *
 * @param name in the run
 * @param reason Tekton's word
 * @param message Tekton's sentence
 */
public record FailedTask(String name, String reason, String message) {}
