/**
 * Layers: tar files that need not exist to be read. A {@link dev.modelcar.oci.tar.TarLayout} knows
 * the size of a layer and what lies at each offset from nothing but its entries.
 */
@NullMarked
package dev.modelcar.oci.tar;

import org.jspecify.annotations.NullMarked;
