/**
 * Brings blobs and an image over them to targets. {@link dev.modelcar.packaging.transfer.Delivery}
 * runs the whole; a {@link dev.modelcar.packaging.transfer.BlobDelivery} is one blob on its way to
 * all targets, from one {@link dev.modelcar.packaging.transfer.SharedRead}.
 */
@NullMarked
package dev.modelcar.packaging.transfer;

import org.jspecify.annotations.NullMarked;
