/**
 * Models on the Hugging Face Hub: revisions, file lists and content over its HTTP interface, or, in
 * offline mode, out of the cache that its own client keeps.
 */
@NullMarked
package dev.modelcar.source.hub;

import org.jspecify.annotations.NullMarked;
