/** How servers are reached: proxies, certificate authorities, timeouts. */
@NullMarked
package dev.modelcar.http.settings;

import org.jspecify.annotations.NullMarked;
