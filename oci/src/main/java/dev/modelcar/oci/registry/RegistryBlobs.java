package dev.modelcar.oci.registry;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.TransportException;
import dev.modelcar.http.Uris;
import dev.modelcar.http.ranges.ContentRange;
import dev.modelcar.http.ranges.RangeFetch;
import dev.modelcar.http.ranges.RangeSource;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The blobs of a repository: checked, mounted, read. */
final class RegistryBlobs {
  private final RegistryHost host;
  private final RepositoryClient repository;
  private volatile boolean written;

  RegistryBlobs(RepositoryClient repository) {
    this.host = repository.host();
    this.repository = repository;
  }

  /** Whether a blob is present and complete. */
  boolean has(Descriptor blob) {
    OptionalLong size = size(blob.digest());
    return size.isPresent() && size.getAsLong() == blob.size();
  }

  /**
   * The size of a blob. A HEAD may be served by a cache, so the first byte of the blob is
   * requested, too.
   */
  OptionalLong size(Digest blob) {
    String what = "looking for " + blob + " in " + repository.location().name();
    OptionalLong length;
    try (HttpResponse response =
        repository.send(repository.request("HEAD", "/blobs/" + blob), scope(), what)) {
      if (response.status() == 401 || response.status() == 403) {
        throw denied(response, what);
      }
      if (!response.isRedirect() && (response.status() != 200 || response.isHtml())) {
        return OptionalLong.empty();
      }
      // A link to a store of blobs is for readers: the first byte tells.
      length =
          response.isRedirect()
              ? OptionalLong.empty()
              : response.headers().number("Content-Length");
    }
    return length.isPresent() && length.getAsLong() == 0 ? length : givenSize(blob, length, what);
  }

  /** The total size, from a request for one byte. */
  private OptionalLong givenSize(Digest blob, OptionalLong promised, String what) {
    HttpRequest first = repository.request("GET", "/blobs/" + blob).with("Range", "bytes=0-0");
    try (HttpResponse response = repository.send(first, scope(), what)) {
      if (response.status() == 206) {
        OptionalLong total =
            ContentRange.of(response.headers())
                .map(ContentRange::total)
                .orElse(OptionalLong.empty());
        return total.isPresent() ? total : promised;
      }
      if (response.status() == 200 && !response.isHtml()) {
        OptionalLong length = response.headers().number("Content-Length");
        return length.isPresent() ? length : promised;
      }
      // A registry that refuses ranges has not said that the blob is missing.
      boolean noRanges = response.status() == 405 || response.status() == 416;
      return noRanges ? promised : OptionalLong.empty();
    }
  }

  /** A refused request. */
  private ModelcarException denied(HttpResponse response, String what) {
    return repository.refused(Refusal.read(response), what);
  }

  void expectWrites() {
    written = true;
  }

  /** The scope of the writer, so that a shipment needs one token and not two. */
  private Scope scope() {
    return written ? Scope.push(repository.name()) : Scope.pull(repository.name());
  }

  /** Mounts a blob from another repository; false if the registry refuses. */
  boolean mount(Descriptor blob, String from) {
    if (!host.profile().mounts()) {
      return false;
    }
    String what = "mounting %s from %s".formatted(blob.digest(), from);
    Scope scope = Scope.push(repository.name()).and(Scope.pull(from));
    HttpRequest post =
        repository.request(
            "POST",
            "/blobs/uploads/?mount="
                + Uris.encode(blob.digest().toString())
                + "&from="
                + Uris.encode(from));
    try (HttpResponse response = repository.send(post, scope, what)) {
      if (response.status() == 201) {
        return true;
      }
      if (response.status() == 202) {
        // The upload that was begun instead is not wanted.
        repository
            .uploadAddress(response, post.uri())
            .ifPresent(upload -> {
              boolean _ = repository.cancel(upload, scope);
            });
      }
      return false;
    } catch (ModelcarException e) {
      if (e.code() == OciError.REGISTRY_DENIED || e.code() == OciError.REGISTRY_UNAUTHORIZED) {
        return false;
      }
      throw e;
    }
  }

  /** Reads a blob from an offset on; broken responses are resumed. */
  BlobReader open(Descriptor blob, long offset) {
    return new Reader(blob, offset);
  }

  private final class Reader implements BlobReader {
    private static final int BUFFER = 256 << 10;

    private final RangeFetch fetch;
    private final long size;
    private final byte[] buffer = new byte[BUFFER];
    private long position;

    Reader(Descriptor blob, long offset) {
      this.size = blob.size();
      this.position = offset;
      this.fetch =
          new RangeFetch(
              new Content(blob), offset, size, host.responseLimit(), repository.retries());
    }

    @Override
    public long transferTo(OutputStream out, long limit) throws IOException {
      if (position == size) {
        return -1;
      }
      int wanted = (int) Math.min(Math.min(BUFFER, limit), size - position);
      for (int filled = 0; filled < wanted; ) {
        filled += fetch.read(buffer, filled, wanted - filled);
      }
      out.write(buffer, 0, wanted);
      position += wanted;
      return wanted;
    }

    @Override
    public void close() {
      fetch.close();
    }
  }

  /** The bytes of a blob. */
  private final class Content implements RangeSource {
    private final Descriptor blob;
    private int uselessInARow;

    Content(Descriptor blob) {
      this.blob = blob;
    }

    @Override
    public String what() {
      return "reading " + blob.digest() + " from " + repository.location().name();
    }

    @Override
    public HttpResponse open(long from, long to) throws IOException {
      HttpRequest get = repository.request("GET", "/blobs/" + blob.digest());
      if (from > 0 || to < blob.size()) {
        get = get.with("Range", "bytes=" + from + "-" + (to - 1));
      }
      if (host.responseLimit().isSet()) {
        get = get.with("Connection", "close");
      }
      HttpResponse response = repository.send(get, Scope.pull(repository.name()), what());
      try {
        check(response, from, to);
        uselessInARow = 0;
        return response;
      } catch (IOException | RuntimeException e) {
        response.close();
        throw e;
      }
    }

    private void check(HttpResponse response, long from, long to) throws IOException {
      int status = response.status();
      if (status == 404) {
        throw new ModelcarException(
            OciError.IMAGE_NOT_FOUND,
            repository.location().name() + " does not have the blob " + blob.digest());
      }
      if (status != 200 && status != 206) {
        throw repository.refused(Refusal.read(response), what());
      }
      Optional<String> useless =
          RangeSource.useless(response, status == 206 ? to - from : blob.size());
      if (useless.isPresent()) {
        throw useless("%s: %s %s".formatted(what(), host.name(), useless.get()));
      }
      // A registry may give less than it was asked for: the rest is asked for again.
      boolean right =
          status == 200
              || response.headers().first("Content-Range").isEmpty()
              || ContentRange.of(response.headers()).filter(r -> r.first() == from).isPresent();
      if (!right || response.isHtml()) {
        throw new TransportException(
            TransportException.Kind.NOT_HTTP,
            host.name() + " returned other bytes than requested",
            null);
      }
    }

    /** A cache may do this now and then; a server that does it again at once always does. */
    private IOException useless(String what) {
      if (++uselessInARow > 2) {
        throw new ModelcarException(OciError.REGISTRY_PROTOCOL, what);
      }
      return new TransientException(OciError.REGISTRY_PROTOCOL, what, Optional.of(Duration.ZERO));
    }

    @Override
    public IOException endedEarly() {
      return new TransportException(
          TransportException.Kind.TRUNCATED, host.name() + ": the blob ended early", null);
    }

    @Override
    public void close() {
      // The connections belong to the registries, which outlive one blob.
    }
  }
}
