/** Commands that say what is wrong, and what ids mean. */
@NullMarked
package dev.modelcar.cli.commands.findings;

import org.jspecify.annotations.NullMarked;
