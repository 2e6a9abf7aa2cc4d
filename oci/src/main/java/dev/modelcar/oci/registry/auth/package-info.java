/** How one client proves to a registry who it is: challenges, scopes, and token servers. */
@NullMarked
package dev.modelcar.oci.registry.auth;

import org.jspecify.annotations.NullMarked;
