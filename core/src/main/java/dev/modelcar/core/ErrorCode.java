package dev.modelcar.core;

import java.util.Locale;

/**
 * A failure that a user can meet. Each module has an enum of those that it throws; a program joins
 * them to an {@link ErrorCatalogue}.
 *
 * <p>Ids never change and are never reused; scripts may match on them.
 */
public interface ErrorCode {

  /** As an enum names its constant. */
  String name();

  ErrorSpec spec();

  /** The stable id, such as {@code hub-gated}. */
  default String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  default ErrorCategory category() {
    return spec().category();
  }

  /** Whether the same command may succeed later although nothing was changed. */
  default boolean retryHelps() {
    return spec().retryHelps();
  }

  /** What to do, in one sentence. */
  default String hint() {
    return spec().hint();
  }
}
