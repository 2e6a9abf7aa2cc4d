/** YAML and JSON as trees that know where everything stands in the file. */
@NullMarked
package dev.modelcar.lint.tree;

import org.jspecify.annotations.NullMarked;
