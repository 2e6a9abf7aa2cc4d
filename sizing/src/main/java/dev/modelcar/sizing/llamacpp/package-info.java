/** llama.cpp: its caches for layers with full, sliding and recurrent attention. */
@NullMarked
package dev.modelcar.sizing.llamacpp;

import org.jspecify.annotations.NullMarked;
