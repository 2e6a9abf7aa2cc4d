@NullMarked
package dev.modelcar.lint;

import org.jspecify.annotations.NullMarked;
