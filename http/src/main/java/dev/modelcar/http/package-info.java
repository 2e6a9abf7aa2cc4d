/**
 * HTTP/1.1 exchanges that stream in both directions: proxies and certificate authorities from the
 * environment, a watchdog over silent connections, answers that come before the request is sent,
 * retries with a budget. It follows no redirect and sends no credentials of its own accord.
 *
 * <p>{@link dev.modelcar.http.HttpTransport} is the door; nothing of the HTTP library behind it
 * shows.
 */
@NullMarked
package dev.modelcar.http;

import org.jspecify.annotations.NullMarked;
