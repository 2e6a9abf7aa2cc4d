/**
 * What need not be read or sent again: layers that earlier images and parts have, and the receipts
 * that shipments leave for others.
 */
@NullMarked
package dev.modelcar.packaging.reuse;

import org.jspecify.annotations.NullMarked;
