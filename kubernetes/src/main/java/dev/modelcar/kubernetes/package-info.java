/**
 * modelcar on a cluster: its Tekton tasks and pipelines as files, as a bundle, and as runs that are
 * followed to their end.
 */
@NullMarked
package dev.modelcar.kubernetes;

import org.jspecify.annotations.NullMarked;
