/** What Tekton's webhooks fill in and refuse. */
@NullMarked
package dev.modelcar.lint.tekton;

import org.jspecify.annotations.NullMarked;
