/** What a container printed, and which of its errors may be why it ended. */
@NullMarked
package dev.modelcar.findings.logs;

import org.jspecify.annotations.NullMarked;
