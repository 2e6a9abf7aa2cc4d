/** What a cluster has to have before a run, asked of it without creating anything. */
@NullMarked
package dev.modelcar.kubernetes.readiness;

import org.jspecify.annotations.NullMarked;
