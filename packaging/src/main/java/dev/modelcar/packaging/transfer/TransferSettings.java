package dev.modelcar.packaging.transfer;

import dev.modelcar.packaging.layers.Memory;

/**
 * How blobs are moved.
 *
 * @param memory what earlier runs left, and later ones can use
 * @param listener hears of all that happens
 * @param parallel how many blobs move at a time
 */
public record TransferSettings(Memory memory, ShipmentListener listener, int parallel) {
  /** What the windows of all blobs that move at a time take together, at most, in bytes. */
  private static final long WINDOWS = 64L << 20;

  private static final long LARGEST_WINDOW = 16L << 20;

  /** Without memory, unobserved, four at a time. */
  public static TransferSettings standard() {
    return new TransferSettings(Memory.none(), ShipmentListener.none(), 4);
  }

  public TransferSettings with(Memory newMemory) {
    return new TransferSettings(newMemory, listener, parallel);
  }

  public TransferSettings with(ShipmentListener newListener) {
    return new TransferSettings(memory, newListener, parallel);
  }

  public TransferSettings with(int newParallel) {
    return new TransferSettings(memory, listener, newParallel);
  }

  /** How far the fastest target may be ahead of the slowest in one blob, in bytes. */
  long window() {
    return Math.min(LARGEST_WINDOW, WINDOWS / parallel);
  }
}
