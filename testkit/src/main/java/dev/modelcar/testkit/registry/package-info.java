/** An OCI registry with switchable habits, and the token server beside it. */
@NullMarked
package dev.modelcar.testkit.registry;

import org.jspecify.annotations.NullMarked;
