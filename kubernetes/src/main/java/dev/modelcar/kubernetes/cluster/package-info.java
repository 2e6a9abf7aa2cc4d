/** A cluster: requests to it, what their failures mean, and objects without a schema. */
@NullMarked
package dev.modelcar.kubernetes.cluster;

import org.jspecify.annotations.NullMarked;
