/** Copies of images as they are, with their digests. */
@NullMarked
package dev.modelcar.packaging.copy;

import org.jspecify.annotations.NullMarked;
