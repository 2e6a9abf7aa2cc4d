/** What went wrong on a cluster, and what ids of errors mean, for several commands. */
@NullMarked
package dev.modelcar.cli.diagnosis;

import org.jspecify.annotations.NullMarked;
