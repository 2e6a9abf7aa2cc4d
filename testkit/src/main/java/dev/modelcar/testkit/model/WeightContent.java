package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;

/** Weights of any size, out of a block that is read round and round. */
final class WeightContent extends DigestedContent {
  private final WeightBlock block;
  private final long start;
  private final long size;

  WeightContent(WeightBlock block, long start, long size) {
    this.block = block;
    this.start = start;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    checkRange(from, to);
    block.writeTo(out, start + from, start + to);
  }
}
