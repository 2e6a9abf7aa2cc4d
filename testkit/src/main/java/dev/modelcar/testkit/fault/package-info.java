/** What goes wrong, as data, and the plan that says when. */
@NullMarked
package dev.modelcar.testkit.fault;

import org.jspecify.annotations.NullMarked;
