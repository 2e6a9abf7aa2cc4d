package dev.modelcar.oci;

import java.time.Duration;

/** Hears how the writing of one blob goes. Calls come from the writing thread. */
public interface TransferListener {

  /** Bytes were handed to the network or the disk. */
  void moved(long bytes);

  /**
   * The upload goes on at an offset: zero for a new start, less than what was moved after a
   * failure, more than zero at the beginning where an earlier run got so far.
   */
  void resumed(long offset);

  /** Something failed and is tried again after a wait. */
  void waiting(Duration wait, String why);

  /** Nobody listens. */
  static TransferListener none() {
    return new TransferListener() {
      @Override
      public void moved(long bytes) {}

      @Override
      public void resumed(long offset) {}

      @Override
      public void waiting(Duration wait, String why) {}
    };
  }
}
