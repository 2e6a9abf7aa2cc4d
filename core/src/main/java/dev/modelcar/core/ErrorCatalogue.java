package dev.modelcar.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All errors of a program.
 *
 * @param codes in the order in which people read them
 */
public record ErrorCatalogue(List<ErrorCode> codes) {
  public ErrorCatalogue {
    codes = List.copyOf(codes);
  }

  /** The errors of several modules, one module after the other. */
  public static ErrorCatalogue of(ErrorCode[]... modules) {
    List<ErrorCode> codes = new ArrayList<>();
    for (ErrorCode[] module : modules) {
      codes.addAll(List.of(module));
    }
    return new ErrorCatalogue(codes);
  }

  /** The error with this id, if there is one. */
  public Optional<ErrorCode> find(String id) {
    return codes.stream().filter(code -> code.id().equals(id)).findFirst();
  }
}
