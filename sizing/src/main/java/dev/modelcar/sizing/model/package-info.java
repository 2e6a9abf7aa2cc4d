/**
 * What a model is made of, as far as memory is concerned: its layers and what each keeps of earlier
 * tokens, from {@code config.json}, and its weights, from headers.
 */
@NullMarked
package dev.modelcar.sizing.model;

import org.jspecify.annotations.NullMarked;
