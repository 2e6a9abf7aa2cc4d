/** What is shown and where: the console, progress in a terminal or a log. */
@NullMarked
package dev.modelcar.cli.views;

import org.jspecify.annotations.NullMarked;
