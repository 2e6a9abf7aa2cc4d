/** Deploying images with KServe, and finding out whether they are really served. */
@NullMarked
package dev.modelcar.kubernetes.serving;

import org.jspecify.annotations.NullMarked;
