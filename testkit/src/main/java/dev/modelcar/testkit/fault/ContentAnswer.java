package dev.modelcar.testkit.fault;

import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Answers GET and HEAD with a content: all of it, a range, or what a fault makes of it. */
public final class ContentAnswer {
  private ContentAnswer() {}

  /**
   * Answers with 200, 206 or 416.
   *
   * @param headers what to say besides the lengths
   */
  public static void send(Call call, Content content, Headers headers, Optional<Fault> fault)
      throws IOException {
    if (fault.isPresent() && fault.get() instanceof Fault.GzipBody) {
      sendCompressed(call, content, headers);
      return;
    }
    Headers all = headers.with("Accept-Ranges", "bytes");
    boolean ignored = fault.isPresent() && fault.get() instanceof Fault.RangeIgnored;
    Optional<ByteRange> range =
        ignored
            ? Optional.empty()
            : call.header("Range").flatMap(header -> ByteRange.parse(header, content.size()));
    if (range.isEmpty()) {
      ByteRange everything = new ByteRange(0, content.size());
      write(call, content, everything, fault, call.stream(200, all, content.size()));
    } else if (!range.get().isSatisfiable()) {
      call.respond(416, all.with("Content-Range", "bytes */" + content.size()));
    } else {
      sendRange(call, content, all, range.get(), fault);
    }
  }

  private static void sendRange(
      Call call, Content content, Headers headers, ByteRange range, Optional<Fault> fault)
      throws IOException {
    boolean wrong = fault.isPresent() && fault.get() instanceof Fault.WrongContentRange;
    long told = wrong ? range.from() + 1 : range.from();
    String contentRange =
        "bytes " + told + "-" + (told + range.length() - 1) + "/" + content.size();
    if (fault.isPresent() && fault.get() instanceof Fault.NoContentRange(boolean chunked)) {
      try (OutputStream out =
          chunked ? call.streamChunked(206, headers) : call.stream(206, headers, range.length())) {
        write(call, content, range, fault, out);
      }
      return;
    }
    OutputStream out =
        call.stream(206, headers.with("Content-Range", contentRange), range.length());
    write(call, content, range, fault, out);
  }

  private static void write(
      Call call, Content content, ByteRange range, Optional<Fault> fault, OutputStream out)
      throws IOException {
    if (call.method().equals("HEAD")) {
      return;
    }
    OutputStream target =
        fault.isPresent() && fault.get() instanceof Fault.FlippedByte flipped
            ? new FlippingStream(out, flipped.at() - range.from())
            : out;
    content.writeTo(target, range.from(), range.to());
  }

  private static void sendCompressed(Call call, Content content, Headers headers)
      throws IOException {
    OutputStream out = call.streamChunked(200, headers.with("Content-Encoding", "gzip"));
    try (GZIPOutputStream compressed = new GZIPOutputStream(out, 64 << 10)) {
      content.writeTo(compressed, 0, content.size());
    }
  }
}
