/** Model files into a folder, as the Hub's own client lays them out. */
@NullMarked
package dev.modelcar.packaging.fetch;

import org.jspecify.annotations.NullMarked;
