/**
 * Images in files: OCI layouts, and tar archives of them (OCI image specification, image layout).
 * What is being written is not an image for any tool until its last byte is there.
 */
@NullMarked
package dev.modelcar.oci.layout;

import org.jspecify.annotations.NullMarked;
