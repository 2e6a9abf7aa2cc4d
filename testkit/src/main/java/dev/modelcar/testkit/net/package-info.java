/** What lies between a client and a server: pace, and links that break. */
@NullMarked
package dev.modelcar.testkit.net;

import org.jspecify.annotations.NullMarked;
