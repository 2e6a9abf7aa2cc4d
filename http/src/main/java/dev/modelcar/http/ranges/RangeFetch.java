package dev.modelcar.http.ranges;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.Retries;
import dev.modelcar.http.TransportException;
import dev.modelcar.http.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * Fetches a range of a file in one thread. A failed request resumes at the byte where it failed;
 * progress resets the retry budget.
 */
public final class RangeFetch implements AutoCloseable {
  private static final int NOTEWORTHY = 64 << 10;

  private final RangeSource source;
  private final ConnectionLimit limit;
  private final Retries retries;
  private long to;
  private long position;
  private long noted;
  private long openedAt;
  private long streamEnd;
  private Optional<HttpResponse> open = Optional.empty();
  private boolean wholeFile;

  /**
   * @param from the first byte
   * @param to behind the last byte
   * @param limit what is known of the path to the server, and learned of it here
   */
  public RangeFetch(
      RangeSource source, long from, long to, ConnectionLimit limit, Retries retries) {
    this.source = source;
    this.limit = limit;
    this.position = from;
    this.noted = from;
    this.to = to;
    this.retries = retries;
  }

  /** Whether the last byte has been read. */
  public boolean isAtEnd() {
    return position == to;
  }

  /** Whether the server ignores ranges; known after the first byte. */
  boolean isWholeFile() {
    return wholeFile;
  }

  /** The stretch is longer than was said; a stream of the whole file just goes on. */
  void extendTo(long newEnd) {
    to = newEnd;
    streamEnd = newEnd;
  }

  /**
   * Reads at least one byte; only to be called before the end.
   *
   * @return how many bytes were read
   * @throws ModelcarException what the failure was that did not pass
   */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        HttpResponse response = open();
        int count = read(response, buffer, offset, (int) Math.min(length, streamEnd - position));
        position += count;
        noteProgress();
        if (position == streamEnd) {
          close();
        }
        return count;
      } catch (IOException e) {
        boolean silent = e instanceof TransportException t && t.kind() == Kind.STALLED;
        if (silent && open.isPresent()) {
          limit.fellSilent(position - openedAt);
        }
        close();
        retries.waitOrThrow(e, source.what());
      }
    }
  }

  private int read(HttpResponse response, byte[] buffer, int offset, int length)
      throws IOException {
    int count = response.body().read(buffer, offset, length);
    if (count < 0) {
      throw source.endedEarly();
    }
    return count;
  }

  /** A few bytes from each of many connections are no progress: that would never end. */
  private void noteProgress() {
    if (position - noted >= NOTEWORTHY || position == to) {
      limit.arrived(position - noted);
      noted = position;
      retries.progressed();
    }
  }

  private HttpResponse open() throws IOException {
    if (open.isPresent()) {
      return open.get();
    }
    long most = limit.bytes();
    long until = most >= to - position ? to : position + most;
    HttpResponse response = source.open(position, until);
    open = Optional.of(response);
    wholeFile = response.status() == 200;
    openedAt = position;
    streamEnd = wholeFile ? to : until;
    if (wholeFile) {
      skip(response, position);
    }
    return response;
  }

  private void skip(HttpResponse response, long count) throws IOException {
    byte[] scratch = new byte[64 << 10];
    for (long left = count; left > 0; ) {
      left -= read(response, scratch, 0, (int) Math.min(scratch.length, left));
    }
  }

  @Override
  public void close() {
    open.ifPresent(HttpResponse::close);
    open = Optional.empty();
  }
}
