/** What all bars use: servers, contenders, processes that are measured, and the table. */
@NullMarked
package dev.modelcar.bench.workshop;

import org.jspecify.annotations.NullMarked;
