/**
 * What this machine remembers of shipments: digests of layers and files, and uploads that are under
 * way. All of it can be lost without harm.
 */
@NullMarked
package dev.modelcar.packaging.reuse.journal;

import org.jspecify.annotations.NullMarked;
