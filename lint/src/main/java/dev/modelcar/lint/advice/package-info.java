/** What a server accepts, and what fails or hurts later. */
@NullMarked
package dev.modelcar.lint.advice;

import org.jspecify.annotations.NullMarked;
