package dev.modelcar.http.ranges;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.Retries;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Fetches one stretch of a file in one thread. What fails is repeated from the byte where it
 * failed; every byte that comes gives the retries a new budget.
 */
final class RangeFetch implements AutoCloseable {
  private static final int NOTEWORTHY = 64 << 10;

  private final RangeSource source;
  private final ConnectionLimit limit;
  private final Retries retries;
  private long to;
  private long position;
  private long noted;
  private long openedAt;
  private long streamEnd;
  private Optional<RangeStream> stream = Optional.empty();
  private boolean wholeFile;

  RangeFetch(
      RangeSource source,
      long from,
      long to,
      ConnectionLimit limit,
      RetryPolicy policy,
      RetryListener listener) {
    this.source = source;
    this.limit = limit;
    this.position = from;
    this.noted = from;
    this.to = to;
    this.retries = policy.start(listener);
  }

  long position() {
    return position;
  }

  boolean isAtEnd() {
    return position == to;
  }

  /** Whether the server ignores ranges; known after the first byte. */
  boolean isWholeFile() {
    return wholeFile;
  }

  /** The stretch is longer than was said; a stream of the whole file just goes on. */
  void goOnTo(long newEnd) {
    to = newEnd;
    streamEnd = newEnd;
  }

  /** Reads at least one byte; only to be called before the end. */
  int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      ModelcarException failure;
      Optional<Duration> after = Optional.empty();
      try {
        RangeStream from = open();
        int count = from.read(buffer, offset, (int) Math.min(length, streamEnd - position));
        if (count < 0) {
          throw new TransientException(
              ErrorCode.HUB_UNAVAILABLE, "the answer ended early", Optional.empty());
        }
        position += count;
        noteProgress();
        if (position == streamEnd) {
          close();
        }
        return count;
      } catch (TransientException e) {
        failure = new ModelcarException(e.code(), String.valueOf(e.getMessage()), e);
        after = e.after();
      } catch (TransportException e) {
        if (e.kind() == TransportException.Kind.STALLED && stream.isPresent()) {
          limit.fellSilent(position - openedAt);
        }
        failure = new ModelcarException(e.kind().code(), String.valueOf(e.getMessage()), e);
        if (!e.isTransient()) {
          throw failure;
        }
      }
      close();
      if (!retries.waitForNext(after, String.valueOf(failure.getMessage()))) {
        throw failure;
      }
    }
  }

  /** A few bytes from each of many connections are no progress: that would never end. */
  private void noteProgress() {
    if (position - noted >= NOTEWORTHY || position == to) {
      limit.arrived(position - noted);
      noted = position;
      retries.progressed();
    }
  }

  private RangeStream open() throws IOException {
    if (stream.isPresent()) {
      return stream.get();
    }
    long most = limit.bytes();
    long until = most >= to - position ? to : position + most;
    RangeStream opened = source.open(position, until);
    stream = Optional.of(opened);
    wholeFile = opened.isWholeFile();
    openedAt = position;
    streamEnd = wholeFile ? to : until;
    if (wholeFile) {
      skip(opened, position);
    }
    return opened;
  }

  private static void skip(RangeStream stream, long count) throws IOException {
    byte[] scratch = new byte[64 << 10];
    long left = count;
    while (left > 0) {
      int n = stream.read(scratch, 0, (int) Math.min(scratch.length, left));
      if (n < 0) {
        throw new TransientException(
            ErrorCode.HUB_UNAVAILABLE, "the answer ended early", Optional.empty());
      }
      left -= n;
    }
  }

  @Override
  public void close() {
    stream.ifPresent(RangeStream::close);
    stream = Optional.empty();
  }
}
