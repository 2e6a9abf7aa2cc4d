/**
 * Options that commands share, and what they stand for: a session with registries and sources, a
 * request for a plan.
 */
@NullMarked
package dev.modelcar.cli.options;

import org.jspecify.annotations.NullMarked;
