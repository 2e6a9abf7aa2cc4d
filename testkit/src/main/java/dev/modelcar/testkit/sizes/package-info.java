/** Figures that others have published of models in memory, with the configs of these models. */
@NullMarked
package dev.modelcar.testkit.sizes;

import org.jspecify.annotations.NullMarked;
