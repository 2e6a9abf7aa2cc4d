/**
 * Finds what failed first, and why: {@link dev.modelcar.findings.diagnosis.Diagnoser} is the entry.
 */
@NullMarked
package dev.modelcar.findings.diagnosis;

import org.jspecify.annotations.NullMarked;
