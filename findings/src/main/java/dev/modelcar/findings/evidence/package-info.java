/** What is known of a case: the objects of a cluster and the logs of containers. */
@NullMarked
package dev.modelcar.findings.evidence;

import org.jspecify.annotations.NullMarked;
