/** Schemas of kinds, and what an API server does with them: drop, fill in, refuse. */
@NullMarked
package dev.modelcar.lint.schema;

import org.jspecify.annotations.NullMarked;
