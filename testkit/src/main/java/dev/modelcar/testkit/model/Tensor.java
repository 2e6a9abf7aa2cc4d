package dev.modelcar.testkit.model;

import java.util.List;

/** A tensor of BF16 values. */
record Tensor(String name, List<Long> shape) {
  static final int BYTES_PER_VALUE = 2;

  Tensor {
    shape = List.copyOf(shape);
  }

  long bytes() {
    long values = 1;
    for (long dimension : shape) {
      values = Math.multiplyExact(values, dimension);
    }
    return Math.multiplyExact(values, BYTES_PER_VALUE);
  }
}
