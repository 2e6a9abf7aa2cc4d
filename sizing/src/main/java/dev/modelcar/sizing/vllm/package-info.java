/** vLLM: how it cuts the KV cache, what it needs besides, and which version does what. */
@NullMarked
package dev.modelcar.sizing.vllm;

import org.jspecify.annotations.NullMarked;
