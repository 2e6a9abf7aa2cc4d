/**
 * What becomes of manifests on an API server with Tekton and KServe, found out without one. Start
 * with {@link dev.modelcar.lint.Linter}.
 */
@NullMarked
package dev.modelcar.lint;

import org.jspecify.annotations.NullMarked;
