/** The JSON documents that commands print, as records. */
@NullMarked
package dev.modelcar.cli.documents;

import org.jspecify.annotations.NullMarked;
