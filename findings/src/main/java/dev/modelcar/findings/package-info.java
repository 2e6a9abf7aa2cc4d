/**
 * What goes wrong when models are shipped and served: {@link dev.modelcar.findings.Catalogue} has
 * the rules.
 */
@NullMarked
package dev.modelcar.findings;

import org.jspecify.annotations.NullMarked;
