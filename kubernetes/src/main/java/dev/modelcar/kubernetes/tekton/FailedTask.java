package dev.modelcar.kubernetes.tekton;

import java.util.Optional;

/**
 * A task of a run that did not succeed.
 *
 * @param name in the run
 * @param reason Tekton's word
 * @param message Tekton's sentence
 * @param advice what helps, where something is known of the reason
 */
public record FailedTask(String name, String reason, String message, Optional<String> advice) {}
