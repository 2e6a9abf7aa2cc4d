/** The commands for Tekton on a cluster. */
@NullMarked
package dev.modelcar.cli.commands.cluster;

import org.jspecify.annotations.NullMarked;
