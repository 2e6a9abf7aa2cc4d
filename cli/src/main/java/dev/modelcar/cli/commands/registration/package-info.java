/** Commands that talk to a Model Registry. */
@NullMarked
package dev.modelcar.cli.commands.registration;

import org.jspecify.annotations.NullMarked;
