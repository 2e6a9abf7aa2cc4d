/** Uploads of blobs, in one request or in pieces, resumed after failures. */
@NullMarked
package dev.modelcar.oci.registry.upload;

import org.jspecify.annotations.NullMarked;
