package dev.modelcar.oci.registry.upload;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.TransportException;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/** Sends the bytes of an upload, in one request or in pieces, as {@link PieceLengths} says. */
final class UploadPieces {
  private static final int MAX_STUCK = 4;

  /** How often a connection may break no later than before. */
  private static final int MAX_FRUITLESS = 6;

  private final UploadState state;
  private final RegistryHost host;
  private final OptionalLong size;
  private final PieceLengths lengths;

  private int restarts;
  private int stuck;
  private int fruitless;
  private long furthest;

  UploadPieces(UploadState state) {
    this.state = state;
    this.host = state.host();
    this.size = state.content().size();
    this.lengths = new PieceLengths(host.requestLimit());
  }

  /** The upload starts over; limits of the path are kept. */
  void startOver(int newRestarts) {
    restarts = newRestarts;
    stuck = 0;
  }

  /** Sends the next piece and finds out what became of it. */
  void send() throws IOException, UploadLostException {
    long from = state.confirmed();
    long end =
        size.isEmpty()
            ? Long.MAX_VALUE
            : lengths.end(from, size.getAsLong(), host.profile().upload());
    HttpRequest patch =
        HttpRequest.of("PATCH", state.address())
            .with("Content-Type", "application/octet-stream")
            .with(state.timeouts(size.isEmpty() ? 0 : end - from))
            .with(body(from, size.isEmpty() ? OptionalLong.empty() : OptionalLong.of(end - from)));
    if (size.isPresent() && (from > 0 || end < size.getAsLong())) {
      patch = patch.with("Content-Range", from + "-" + (end - 1));
    }
    if (host.requestLimit().isSet()) {
      // What cuts connections counts their bytes, so no two pieces share one.
      patch = patch.with("Connection", "close");
    }
    state.reader().begin(state.retries()::now);
    try (HttpResponse response = host.sendOnce(patch, state.repository().name(), state.scope())) {
      if (response.isSuccess()) {
        state.reader().touch();
      }
      state.retries().spare(state.reader().busy());
      received(response, size.isEmpty() ? state.reader().position() : end);
    } catch (TransportException e) {
      state.retries().spare(state.reader().busy());
      broke(e);
    }
  }

  private RequestBody body(long from, OptionalLong length) {
    return new RequestBody() {
      @Override
      public OptionalLong length() {
        return length;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        state.reader().write(out, from, length.orElse(Long.MAX_VALUE));
      }
    };
  }

  private void received(HttpResponse response, long end) throws UploadLostException {
    int status = response.status();
    if ((status == 202 || status == 201 || status == 204) && response.requestSent()) {
      long before = state.confirmed();
      state.confirm(response, end);
      lengths.arrived(state.confirmed() - before);
      stuck = 0;
      return;
    }
    Refusal refusal = Refusal.read(response);
    if (status == 401 || (status == 403 && state.isOnOtherHost())) {
      state.unauthorized(response, refusal);
      return;
    }
    switch (status) {
      case 404 -> throw new UploadLostException("the registry no longer knows the upload");
      case 413 -> tooLarge(refusal, end - state.confirmed());
      case 416 -> realign();
      default -> failed(response, refusal);
    }
  }

  private void failed(HttpResponse response, Refusal refusal) throws UploadLostException {
    boolean otherServer = refusal.html() && refusal.status() == 200;
    if (!response.isTransientFailure() && !otherServer) {
      boolean mayBeStale = refusal.status() == 400 && !refusal.html() && restarts < 2;
      if (mayBeStale) {
        throw new UploadLostException("the registry reports the upload as invalid");
      }
      throw state.repository().refused(refusal, state.what());
    }
    TransientException failure = host.transientFailure(response, state.what());
    if (!state.retries().waitForNext(failure.retryAfter(), said(refusal))) {
      throw state.retries().ended(state.repository().refused(refusal, state.what()));
    }
    realign();
  }

  private String said(Refusal refusal) {
    return "%s: %s returned %d%s"
        .formatted(state.what(), host.name(), refusal.status(), refusal.reason());
  }

  private void tooLarge(Refusal refusal, long piece) {
    boolean canShrink =
        !(host.profile().upload() instanceof RegistryProfile.Upload.OneStream)
            && size.isPresent()
            && piece > RegistryHost.SHORTEST_REQUEST;
    if (!canShrink) {
      throw RegistryErrors.tooLarge(
          host.name(), state.content().name(), state.sizeOrRead(), refusal);
    }
    host.requestLimit().refused(piece);
  }

  /** The connection broke during a piece or its response. */
  private void broke(TransportException e) throws UploadLostException {
    long written = Math.max(0, state.reader().position() - state.confirmed());
    // Less than this is a matter of how much the kernel took.
    boolean further = state.reader().position() >= furthest + PieceLengths.NOTEWORTHY;
    furthest = Math.max(furthest, state.reader().position());
    fruitless = further ? 0 : fruitless + 1;
    if (fruitless > MAX_FRUITLESS && written >= PieceLengths.NOTEWORTHY) {
      throw e.toException(state.what());
    }
    state.retries().waitOrThrow(e, state.what());
    if (written == 0) {
      return; // nothing of it can have arrived
    }
    long before = state.confirmed();
    boolean progress = false;
    try {
      progress = realign();
    } finally {
      lengths.broke(e.kind(), written, progress ? state.confirmed() - before : 0);
    }
  }

  /** Asks the registry for the offset and resumes there; false without progress. */
  private boolean realign() throws UploadLostException {
    if (size.isEmpty()) {
      throw new UploadLostException("a blob of unknown size cannot be resumed");
    }
    long before = state.confirmed();
    OptionalLong offset = state.askOffset();
    if (offset.isEmpty() || offset.getAsLong() > Math.max(state.reader().highest(), before)) {
      throw new UploadLostException("the registry does not report how much it has");
    }
    boolean further = offset.getAsLong() > before;
    if (state.accepted(offset.getAsLong())) {
      fruitless = 0;
    }
    if (further) {
      lengths.progressed();
      stuck = 0;
    } else if (++stuck > MAX_STUCK) {
      throw new UploadLostException("the upload makes no progress");
    }
    state.continueAt(offset.getAsLong());
    return further;
  }
}
