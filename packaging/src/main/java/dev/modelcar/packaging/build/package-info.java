/** Images that are built beside the files that they are made of. */
@NullMarked
package dev.modelcar.packaging.build;

import org.jspecify.annotations.NullMarked;
