/** A Model Registry like Kubeflow's, old or new, that fails on demand. */
@NullMarked
package dev.modelcar.testkit.modelregistry;

import org.jspecify.annotations.NullMarked;
