/** A raw HTTP/1.1 server that answers, or fails, byte for byte as a test wants. */
@NullMarked
package dev.modelcar.testkit.server;

import org.jspecify.annotations.NullMarked;
