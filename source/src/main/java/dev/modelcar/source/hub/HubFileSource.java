package dev.modelcar.source.hub;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.Redirects;
import dev.modelcar.http.RetryAfter;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.Uris;
import dev.modelcar.http.ranges.ContentRange;
import dev.modelcar.http.ranges.RangeSource;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One file of a repository. The Hub redirects to a signed URL that expires; it serves all ranges
 * until it is refused or too old, and is then requested again.
 */
final class HubFileSource {
  /** Signed links live for an hour. */
  private static final Duration LOCATION_LIFE = Duration.ofMinutes(50);

  private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 404, 410);
  private static final int MAX_REFUSED_LOCATIONS = 4;

  private final HubSnapshot.Access access;
  private final String repository;
  private final String path;
  private final URI resolve;
  private final long size;

  private Optional<Location> location = Optional.empty();
  private int refusedInARow;
  private int uselessInARow;

  private record Location(URI uri, Instant since) {}

  HubFileSource(HubSnapshot.Access access, String repository, String path, URI resolve, long size) {
    this.access = access;
    this.repository = repository;
    this.path = path;
    this.resolve = resolve;
    this.size = size;
  }

  /** The file with a scope of its own, so that closing it ends its streams and no others. */
  RangeSource open() {
    HttpTransport scope = access.transport().scope();
    return new RangeSource() {
      @Override
      public String what() {
        return "reading " + path;
      }

      @Override
      public IOException endedEarly() {
        return new TransientException(SourceError.HUB_UNAVAILABLE, "the response ended early");
      }

      @Override
      public HttpResponse open(long from, long to) throws IOException {
        return HubFileSource.this.open(scope, from, to);
      }

      @Override
      public void close() {
        scope.close();
      }
    };
  }

  private HttpResponse open(HttpTransport transport, long from, long to) throws IOException {
    // Without a location, one thread asks the Hub and the others wait for what it learns.
    synchronized (this) {
      if (freshLocation().isEmpty()) {
        return openAtHub(transport, from, to);
      }
    }
    URI known = freshLocation().map(Location::uri).orElse(resolve);
    HttpResponse response = access.http().send(transport, range(known, from, to)).response();
    if (EXPIRED.contains(response.status())) {
      response.close();
      forget(known, response.status());
      throw new TransientException(
          SourceError.HUB_UNAVAILABLE,
          "%s rejected the link to %s (%d)"
              .formatted(SafeUri.authority(known), path, response.status()),
          Optional.of(Duration.ZERO));
    }
    return accept(response, known, from, to);
  }

  private synchronized Optional<Location> freshLocation() {
    Instant now = access.clock().instant();
    return location.filter(l -> l.since().plus(LOCATION_LIFE).isAfter(now));
  }

  private synchronized void forget(URI refused, int status) {
    if (location.isPresent() && location.get().uri().equals(refused)) {
      location = Optional.empty();
      if (++refusedInARow > MAX_REFUSED_LOCATIONS) {
        throw new ModelcarException(
            SourceError.HUB_UNAVAILABLE,
            "%s rejects every link to %s that the Hub issues (%d)"
                .formatted(SafeUri.authority(refused), path, status));
      }
    }
  }

  /** Called with the lock held. */
  private HttpResponse openAtHub(HttpTransport transport, long from, long to) throws IOException {
    Redirects.Arrival arrival = access.http().send(transport, range(resolve, from, to));
    HttpResponse response = arrival.response();
    boolean elsewhere = !Uris.sameOrigin(arrival.uri(), resolve);
    if (elsewhere && EXPIRED.contains(response.status())) {
      response.close();
      location = Optional.of(new Location(arrival.uri(), access.clock().instant()));
      forget(arrival.uri(), response.status());
      throw new TransientException(
          SourceError.HUB_UNAVAILABLE,
          "%s rejected a new link to %s (%d)"
              .formatted(SafeUri.authority(arrival.uri()), path, response.status()));
    }
    checkLinkedSize(arrival);
    HttpResponse accepted = accept(response, arrival.uri(), from, to);
    location = Optional.of(new Location(arrival.uri(), access.clock().instant()));
    return accepted;
  }

  private void checkLinkedSize(Redirects.Arrival arrival) {
    var linked = arrival.first().number("X-Linked-Size");
    if (linked.isPresent() && linked.getAsLong() != size) {
      arrival.response().close();
      throw HubErrors.protocol(
          "the Hub lists %s of %s with %d bytes but serves %d"
              .formatted(path, repository, size, linked.getAsLong()));
    }
  }

  private HttpRequest range(URI uri, long from, long to) {
    HttpRequest get = HttpRequest.get(uri).with("Range", "bytes=" + from + "-" + (to - 1));
    return access.limit().isSet() ? get.with("Connection", "close") : get;
  }

  /** Checks a response, and closes it if it is wrong. */
  private HttpResponse accept(HttpResponse response, URI uri, long from, long to)
      throws IOException {
    try {
      if (response.status() != 206 && response.status() != 200) {
        throw refused(response, uri);
      }
      Optional<String> useless =
          RangeSource.useless(response, response.status() == 206 ? to - from : size);
      if (useless.isPresent()) {
        throw useless(SafeUri.authority(uri) + " " + useless.get());
      }
      if (response.status() == 200) {
        checkWhole(response, uri);
      } else if (response.headers().first("Content-Range").isPresent()) {
        checkRange(response, uri, from, to);
      }
    } catch (IOException | RuntimeException e) {
      response.close();
      throw e;
    }
    synchronized (this) {
      refusedInARow = 0;
      uselessInARow = 0;
    }
    return response;
  }

  /** A cache may do this now and then; a server that does it again at once always does. */
  private synchronized IOException useless(String what) {
    if (++uselessInARow > 2) {
      throw HubErrors.protocol(what);
    }
    return new TransientException(SourceError.HUB_PROTOCOL, what, Optional.of(Duration.ZERO));
  }

  private void checkRange(HttpResponse response, URI uri, long from, long to) throws IOException {
    if (ContentRange.of(response.headers()).filter(r -> r.is(from, to, size)).isEmpty()) {
      String given = response.headers().first("Content-Range").orElse("");
      throw wrong(
          uri,
          "returned the range \"%4$s\" instead of bytes %1$d-%2$d of %3$d"
              .formatted(from, to - 1, size, given.replaceAll("[^ -~]", "?")));
    }
  }

  private void checkWhole(HttpResponse response, URI uri) throws IOException {
    var length = response.headers().number("Content-Length");
    if (length.isPresent() && length.getAsLong() != size) {
      throw wrong(
          uri, "returned %d bytes for %s, which has %d".formatted(length.getAsLong(), path, size));
    }
  }

  private IOException refused(HttpResponse response, URI uri) throws IOException {
    if (Uris.sameOrigin(uri, resolve)) {
      return access.errors().of(response, repository);
    }
    int status = response.status();
    String what = "%s returned %d for %s".formatted(SafeUri.authority(uri), status, path);
    return new TransientException(
        status == 429 ? SourceError.HUB_RATE_LIMITED : SourceError.HUB_UNAVAILABLE,
        what,
        RetryAfter.of(response.headers(), access.clock().instant()));
  }

  /** A proxy in between may do this once; one that always does runs into the budget. */
  private IOException wrong(URI uri, String what) {
    return new TransientException(SourceError.HUB_PROTOCOL, SafeUri.authority(uri) + " " + what);
  }
}
