/**
 * Where models come from. A {@link dev.modelcar.source.SourceReference} is resolved by {@link
 * dev.modelcar.source.Sources} to a {@link dev.modelcar.source.Snapshot}: an immutable revision and
 * its {@linkplain dev.modelcar.source.ModelFile files}, each of which can be read from any offset.
 */
@NullMarked
package dev.modelcar.source;

import org.jspecify.annotations.NullMarked;
