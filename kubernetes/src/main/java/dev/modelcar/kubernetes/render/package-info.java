/** The tasks, pipelines and all around them, as files and as a bundle. */
@NullMarked
package dev.modelcar.kubernetes.render;

import org.jspecify.annotations.NullMarked;
