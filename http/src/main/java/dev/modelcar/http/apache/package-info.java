/**
 * The {@linkplain dev.modelcar.http.HttpTransport transport} over Apache HttpClient: what knows
 * that library, and the watchdog over silent connections. Only {@link
 * dev.modelcar.http.apache.ApacheTransport} is seen from outside, and nothing of the library.
 */
@NullMarked
package dev.modelcar.http.apache;

import org.jspecify.annotations.NullMarked;
