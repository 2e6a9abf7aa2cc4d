/** Commands about registries and their repositories: logins and tags. */
@NullMarked
package dev.modelcar.cli.commands.repositories;

import org.jspecify.annotations.NullMarked;
