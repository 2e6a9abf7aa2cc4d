/** What an image says of the model in it, for whoever catalogues it. */
@NullMarked
package dev.modelcar.packaging.facts;

import org.jspecify.annotations.NullMarked;
