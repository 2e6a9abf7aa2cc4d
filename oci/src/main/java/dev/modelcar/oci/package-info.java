/**
 * Images as the OCI specifications describe them: where they are ({@link
 * dev.modelcar.oci.ImageReference}), what they are made of ({@link dev.modelcar.oci.Descriptor},
 * {@link dev.modelcar.oci.ImageManifest}, {@link dev.modelcar.oci.ImageConfig}), and how they are
 * read and written ({@link dev.modelcar.oci.ImageReader}, {@link dev.modelcar.oci.ImageWriter})
 * wherever they are.
 */
@NullMarked
package dev.modelcar.oci;

import org.jspecify.annotations.NullMarked;
