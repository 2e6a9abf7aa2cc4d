/** What KServe's webhooks refuse, and what fails after they accepted it. */
@NullMarked
package dev.modelcar.lint.kserve;

import org.jspecify.annotations.NullMarked;
