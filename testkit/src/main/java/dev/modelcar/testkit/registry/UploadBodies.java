package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes of blobs as they come: checked before, counted, kept or lost. */
final class UploadBodies {
  private static final Pattern CONTENT_RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
  private static final int BUFFER = 256 << 10;

  /** Whether the body may come; if not, that has been answered. */
  boolean isAcceptable(RegistryExchange exchange, UploadSession session) throws IOException {
    Call call = exchange.call();
    Habits.BodyLimits limits = exchange.state().habits().limits();
    if (isOver(call.bodyLength(), limits.bodyMaximum())) {
      tooLarge(call);
      return false;
    }
    Optional<String> range = call.header("Content-Range");
    boolean patch = exchange.route().kind() == RegistryRequestKind.UPLOAD_PATCH;
    boolean misplaced =
        range.isPresent()
            && exchange.state().habits().uploads().rangeChecked()
            && !fits(range.get(), session, call.bodyLength());
    if (misplaced || (patch && isOver(call.bodyLength(), limits.chunkMaximum()))) {
      UploadPages.rangeInvalid(exchange, session);
      return false;
    }
    boolean afterSmallChunk =
        limits.chunkMinimum().isPresent()
            && session.upload().size() > 0
            && session.lastPatchBytes() < limits.chunkMinimum().getAsLong();
    if (patch && afterSmallChunk) {
      exchange.refuse(400, "SIZE_INVALID", "the chunk before this one was too small");
      return false;
    }
    return true;
  }

  private static boolean isOver(long length, OptionalLong maximum) {
    return maximum.isPresent() && length > maximum.getAsLong();
  }

  private static boolean fits(String contentRange, UploadSession session, long bodyLength) {
    Matcher matcher = CONTENT_RANGE.matcher(contentRange);
    if (!matcher.matches()) {
      return false;
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    return first == session.upload().size() && (bodyLength < 0 || last - first + 1 == bodyLength);
  }

  /** A proxy in front refuses: at once, in HTML, and without reading the body. */
  private static void tooLarge(Call call) throws IOException {
    String page =
        "<html><head><title>413 Request Entity Too Large</title></head><body><center><h1>413 Request"
            + " Entity Too Large</h1></center><hr><center>nginx</center></body></html>\n";
    call.closeAfter();
    call.respond(
        413,
        Headers.of("Server", "nginx", "Content-Type", "text/html"),
        page.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the closing request brings bytes that the registry takes only with a range. */
  boolean isLateBodyWithoutRange(RegistryExchange exchange, UploadSession session) {
    return exchange.state().habits().uploads().lateBodyNeedsRange()
        && exchange.call().bodyLength() != 0
        && session.upload().size() > 0
        && exchange.call().header("Content-Range").isEmpty();
  }

  /**
   * Takes the body in.
   *
   * @return its length
   * @throws IOException if it breaks off; what that means for the upload has been seen to
   */
  long receive(RegistryExchange exchange, UploadSession session) throws IOException {
    RegistryState state = exchange.state();
    BlobUpload.Mark before = session.upload().mark();
    InputStream body = exchange.call().body();
    byte[] buffer = new byte[BUFFER];
    long count = 0;
    try {
      for (int got = body.read(buffer); got >= 0; got = body.read(buffer)) {
        state.bytesReceived().addAndGet(got);
        session.received().addAndGet(got);
        session.upload().write(buffer, 0, got);
        count += got;
      }
      return count;
    } catch (IOException e) {
      switch (state.habits().uploads().brokenPatch()) {
        case KEEPS_BYTES -> {}
        case LOSES_PATCH -> session.upload().goBack(before);
        case LOSES_UPLOAD -> state.cancel(session);
      }
      throw e;
    }
  }
}
