/**
 * HTTP/1.1 exchanges that stream in both directions, and what every client of a server needs beside
 * them. {@link dev.modelcar.http.HttpTransport} is the door: it follows no redirect, repeats
 * nothing and sends no credentials of its own accord. {@link dev.modelcar.http.RetryPolicy} repeats
 * what may work a little later.
 */
@NullMarked
package dev.modelcar.http;

import org.jspecify.annotations.NullMarked;
