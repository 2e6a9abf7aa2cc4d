package dev.modelcar.testkit.server;

import dev.modelcar.testkit.net.Pace;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** A request's body, with its framing taken off. Reading it may be slow or end the connection. */
final class BodyStream extends InputStream {
  private static final int LONGEST_CHUNK_LINE = 256;

  private final SocketInput input;
  private final Connection connection;
  private final boolean chunked;
  private boolean continuePending;

  /** Bytes left of the body, or of the current chunk. */
  private long left;

  private boolean firstChunk = true;
  private boolean ended;
  private final AtomicLong count = new AtomicLong();
  private long interruptAfter = Long.MAX_VALUE;
  private Ending interruption = Ending.RESET;
  private Pace pace = Pace.unlimited();

  BodyStream(SocketInput input, Connection connection, RequestHead head) {
    this.input = input;
    this.connection = connection;
    long length = head.bodyLength();
    this.chunked = length == RequestHead.UNKNOWN;
    this.left = chunked ? 0 : length;
    this.ended = length == 0;
    this.continuePending = head.expectsContinue() && !ended;
  }

  void interrupt(long afterBytes, Ending ending) {
    interruptAfter = afterBytes;
    interruption = ending;
  }

  void pace(Pace pace) {
    this.pace = pace;
  }

  /** Bytes read so far; may be asked by any thread. */
  long count() {
    return count.get();
  }

  /** Whether the peer still waits for leave to send the body, so that it may never come. */
  boolean isUnrequested() {
    return continuePending;
  }

  boolean isEnded() {
    return ended;
  }

  /** Bytes that are certainly still to come, as far as the framing tells. */
  long knownRest() {
    return left;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (count.get() >= interruptAfter) {
      throw connection.end(interruption);
    }
    if (ended) {
      return -1;
    }
    if (continuePending) {
      continuePending = false;
      connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    if (left == 0 && chunked) {
      nextChunk();
      if (ended) {
        return -1;
      }
    }
    int wanted = pace.slice((int) Math.min(length, Math.min(left, interruptAfter - count.get())));
    int got = input.read(target, offset, wanted);
    if (got < 0) {
      throw new EOFException("the peer left after " + count + " bytes of its body");
    }
    count.addAndGet(got);
    left -= got;
    ended = left == 0 && !chunked;
    pace.moved(got);
    return got;
  }

  private void nextChunk() throws IOException {
    if (!firstChunk) {
      readChunkLine();
    }
    firstChunk = false;
    String line = readChunkLine();
    int semicolon = line.indexOf(';');
    String size = semicolon < 0 ? line : line.substring(0, semicolon);
    try {
      left = Long.parseUnsignedLong(size.strip(), 16);
    } catch (NumberFormatException e) {
      throw new BadRequestException(400, "not the size of a chunk");
    }
    if (left < 0) {
      throw new BadRequestException(400, "a chunk of impossible size");
    }
    if (left == 0) {
      ended = true;
      RequestHead.readFields(input);
    }
  }

  private String readChunkLine() throws IOException {
    return input
        .readLine(LONGEST_CHUNK_LINE)
        .orElseThrow(() -> new EOFException("the peer left after " + count + " bytes of its body"));
  }
}
