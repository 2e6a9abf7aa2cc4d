package dev.modelcar.oci;

import java.time.Duration;

/** Follows the transfer of one blob; called by the thread that writes. */
public interface TransferListener {

  /** Bytes were written to the network or the disk. */
  void moved(long bytes);

  /** The upload resumes at an offset: zero if it starts over, or the progress of an earlier run. */
  void resumed(long offset);

  /** A failure is retried after a wait. */
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
