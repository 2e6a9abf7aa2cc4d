/** Whether an image is right, and holds what its source has. */
@NullMarked
package dev.modelcar.packaging.verify;

import org.jspecify.annotations.NullMarked;
