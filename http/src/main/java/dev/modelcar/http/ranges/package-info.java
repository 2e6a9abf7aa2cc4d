/**
 * Reading a remote file in ranges: in order, ahead of the reader where that helps, resumed at the
 * byte where a connection broke.
 */
@NullMarked
package dev.modelcar.http.ranges;

import org.jspecify.annotations.NullMarked;
