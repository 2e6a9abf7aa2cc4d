/** Opens references of every kind; containers/image calls this a transport. */
@NullMarked
package dev.modelcar.oci.transport;

import org.jspecify.annotations.NullMarked;
