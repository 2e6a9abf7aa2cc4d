/**
 * Benchmarks of whole processes. A {@link dev.modelcar.bench.workshop.Bar} is what has to be
 * reached; it runs {@link dev.modelcar.bench.workshop.Contender}s in turn, on the same servers and
 * the same bytes, and compares the best of each.
 */
@NullMarked
package dev.modelcar.bench;

import org.jspecify.annotations.NullMarked;
