/**
 * What a run did: a {@linkplain RunRecord record} of it, made of the events of a shipment and of
 * the JSON that the command prints; a {@linkplain Page page} made of that, which needs nothing but
 * a browser; and the same page {@linkplain LiveServer live}.
 */
@NullMarked
package dev.modelcar.report;

import org.jspecify.annotations.NullMarked;
