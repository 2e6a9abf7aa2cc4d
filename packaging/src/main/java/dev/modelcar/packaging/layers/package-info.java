/** The bytes of layers: made from files as they are read, hashed on the way, never stored. */
@NullMarked
package dev.modelcar.packaging.layers;

import org.jspecify.annotations.NullMarked;
