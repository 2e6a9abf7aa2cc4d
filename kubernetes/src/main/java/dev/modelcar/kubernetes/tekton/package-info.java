/** Runs of pipelines: what they are made of, how they are started, and followed to their end. */
@NullMarked
package dev.modelcar.kubernetes.tekton;

import org.jspecify.annotations.NullMarked;
