/** Models in folders of this machine, including the Hub's cache, its downloads, and git clones. */
@NullMarked
package dev.modelcar.source.folder;

import org.jspecify.annotations.NullMarked;
