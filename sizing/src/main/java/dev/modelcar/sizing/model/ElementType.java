package dev.modelcar.sizing.model;

import java.util.Locale;
import java.util.Optional;

/** The type of a number in memory. */
public enum ElementType {
  FLOAT32(4),
  BFLOAT16(2),
  FLOAT16(2),
  FP8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /** As PyTorch calls it. */
  public String id() {
    return this == FP8 ? "fp8" : name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@code bfloat16}, {@code torch.float16}, {@code half} and the like. */
  public static Optional<ElementType> of(String text) {
    return switch (text.replaceFirst("^torch\\.", "").toLowerCase(Locale.ROOT)) {
      case "float32", "float" -> Optional.of(FLOAT32);
      case "bfloat16", "bf16" -> Optional.of(BFLOAT16);
      case "float16", "half", "fp16" -> Optional.of(FLOAT16);
      case "float8_e4m3fn", "fp8", "fp8_e4m3", "float8_e5m2" -> Optional.of(FP8);
      default -> Optional.empty();
    };
  }
}
