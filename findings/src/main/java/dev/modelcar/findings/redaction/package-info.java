/** Takes secrets out of what is handed on. */
@NullMarked
package dev.modelcar.findings.redaction;

import org.jspecify.annotations.NullMarked;
