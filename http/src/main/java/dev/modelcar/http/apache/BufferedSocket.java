package dev.modelcar.http.apache;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A socket below TLS that takes several records from the kernel at once and gives it several at
 * once. Java's TLS reads the head and the body of each record apart, and writes each by itself:
 * three system calls for sixteen kilobytes, and as many times the other side is woken.
 */
final class BufferedSocket extends Socket {
  /** What four full records take: 16 KiB of data, a head of five bytes, and at most 256 more. */
  private static final int SIZE = 4 * ((16 << 10) + 5 + 256);

  private @Nullable InputStream input;
  private @Nullable Records output;

  BufferedSocket(Proxy proxy) {
    super(proxy);
  }

  BufferedSocket() {}

  /** Said before TLS takes the streams; what travels in the clear needs no second buffer. */
  void carryRecords() throws IOException {
    input = new BufferedInputStream(super.getInputStream(), SIZE);
    output = new Records(super.getOutputStream());
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream buffered = input;
    return buffered == null ? super.getInputStream() : buffered;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    OutputStream buffered = output;
    return buffered == null ? super.getOutputStream() : buffered;
  }

  /**
   * What encrypts into this socket, with writes that gather their records; when one returns, all of
   * it is with the kernel.
   *
   * @param encrypted TLS's own stream
   */
  OutputStream wholeWrites(OutputStream encrypted) {
    Records records = output;
    return records == null ? encrypted : new WholeWrites(encrypted, records);
  }

  private static final class WholeWrites extends OutputStream {
    private final OutputStream encrypted;
    private final Records records;

    WholeWrites(OutputStream encrypted, Records records) {
      this.encrypted = encrypted;
      this.records = records;
    }

    @Override
    public void write(int b) throws IOException {
      encrypted.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      records.hold();
      try {
        encrypted.write(bytes, offset, length);
      } catch (IOException | RuntimeException e) {
        records.drop(); // a second failure would hide the first
        throw e;
      }
      records.release();
    }

    @Override
    public void flush() throws IOException {
      encrypted.flush();
    }

    @Override
    public void close() throws IOException {
      encrypted.close();
    }
  }

  /** Gathers records while a write is under way; otherwise each goes at once. */
  private static final class Records extends OutputStream {
    private final OutputStream out;
    private final byte[] buffer = new byte[SIZE];
    private int count;
    private boolean held;

    Records(OutputStream out) {
      this.out = out;
    }

    synchronized void hold() {
      held = true;
    }

    synchronized void drop() {
      held = false;
      count = 0;
    }

    synchronized void release() throws IOException {
      held = false;
      send();
    }

    private void send() throws IOException {
      int length = count;
      count = 0;
      if (length > 0) {
        out.write(buffer, 0, length);
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      if (count + length > buffer.length) {
        send();
      }
      if (held && length <= buffer.length) {
        System.arraycopy(bytes, offset, buffer, count, length);
        count += length;
      } else {
        out.write(bytes, offset, length);
      }
    }

    @Override
    public synchronized void flush() throws IOException {
      if (!held) {
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
