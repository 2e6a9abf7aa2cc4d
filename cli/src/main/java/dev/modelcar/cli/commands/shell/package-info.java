/** Commands for shells and manuals: completion, manual pages. */
@NullMarked
package dev.modelcar.cli.commands.shell;

import org.jspecify.annotations.NullMarked;
