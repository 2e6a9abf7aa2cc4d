/** A model hub to download from, with the faults of the real one. */
@NullMarked
package dev.modelcar.testkit.hub;

import org.jspecify.annotations.NullMarked;
