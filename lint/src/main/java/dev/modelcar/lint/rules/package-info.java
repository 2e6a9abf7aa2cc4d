/** What can be wrong with a manifest, and what was found. */
@NullMarked
package dev.modelcar.lint.rules;

import org.jspecify.annotations.NullMarked;
