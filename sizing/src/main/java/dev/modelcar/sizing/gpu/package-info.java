/** GPUs and the memory that software sees of them. */
@NullMarked
package dev.modelcar.sizing.gpu;

import org.jspecify.annotations.NullMarked;
