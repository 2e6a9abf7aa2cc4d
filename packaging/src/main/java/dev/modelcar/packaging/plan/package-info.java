/**
 * The plan of an image: what lies below, in which layers the selected files go, and what the image
 * says of itself; and the documents that come of it once the layers are known.
 */
@NullMarked
package dev.modelcar.packaging.plan;

import org.jspecify.annotations.NullMarked;
