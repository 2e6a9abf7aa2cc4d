/**
 * What the first bytes of a weight file say: safetensors and GGUF headers, shard indexes, pickles.
 * Nothing here reads a weight.
 */
@NullMarked
package dev.modelcar.packaging.weights;

import org.jspecify.annotations.NullMarked;
