package dev.modelcar.core;

/**
 * What is known of an error besides its id.
 *
 * @param category the kind of failure, which fixes the exit code
 * @param retryHelps whether the same command may succeed later although nothing was changed
 * @param hint what to do, in one sentence
 */
public record ErrorSpec(ErrorCategory category, boolean retryHelps, String hint) {}
