/**
 * HTTP/1.1 exchanges that stream in both directions, and what every client of a server needs beside
 * them.
 *
 * <p>{@link dev.modelcar.http.HttpTransport} is the door. It sends one request and returns one
 * response: it follows no redirect, repeats nothing and sends no credentials of its own accord. A
 * client of a server adds
 *
 * <ul>
 *   <li>{@link dev.modelcar.http.RetryPolicy#repeat}, around each question: an attempt throws
 *       {@link dev.modelcar.http.TransientException} for a response that {@linkplain
 *       dev.modelcar.http.HttpResponse#isTransientFailure may pass}, with the error id that it is
 *       if it does not, and {@code ModelcarException} for one that will not;
 *   <li>{@link dev.modelcar.http.Redirects}, which knows where secrets may go;
 *   <li>{@link dev.modelcar.http.ErrorDocument}, for what a response says that was not asked for;
 *   <li>{@link dev.modelcar.http.ranges}, to read what is large.
 * </ul>
 */
@NullMarked
package dev.modelcar.http;

import org.jspecify.annotations.NullMarked;
