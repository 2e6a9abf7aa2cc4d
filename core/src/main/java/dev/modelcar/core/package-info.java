/** The words that every module shares: digests, sizes, errors, JSON. It knows no protocol. */
@NullMarked
package dev.modelcar.core;

import org.jspecify.annotations.NullMarked;
