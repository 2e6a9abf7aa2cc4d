/** Servers and models for tests, benchmarks and the demo. */
@NullMarked
package dev.modelcar.testkit;

import org.jspecify.annotations.NullMarked;
