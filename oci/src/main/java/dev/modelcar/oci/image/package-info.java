/**
 * Images as a whole, wherever they are: all documents and blobs that belong to one, what is
 * attached to it, what its layers hold, and whether a copy is complete.
 */
@NullMarked
package dev.modelcar.oci.image;

import org.jspecify.annotations.NullMarked;
