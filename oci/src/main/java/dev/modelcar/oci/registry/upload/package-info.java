/** Uploads of blobs: begun, sent in one request or in pieces, resumed, and closed with a digest. */
@NullMarked
package dev.modelcar.oci.registry.upload;

import org.jspecify.annotations.NullMarked;
