package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.fault.ContentAnswer;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.util.Optional;

/** The ways to a file's bytes: {@code resolve}, its cache, and {@code raw}. */
final class FilePages {
  private final String cdnRoot;

  /**
   * @param cdnRoot scheme and authority of the CDN
   */
  FilePages(String cdnRoot) {
    this.cdnRoot = cdnRoot;
  }

  void resolve(HubExchange exchange, HubRepository repository) throws IOException {
    HubRoute route = exchange.route();
    Optional<Refusal> refusal = Access.toRead(repository, route.path(), exchange.token());
    if (refusal.isPresent()) {
      exchange.refuse(refusal.get());
      return;
    }
    Optional<HubCommit> commit = repository.find(route.revision());
    if (commit.isEmpty()) {
      exchange.refuse(Refusal.noRevision(route.revision()));
      return;
    }
    Optional<HubEntry> entry = commit.get().entry(route.path());
    Optional<HubFault.RedirectTo> elsewhere = exchange.fault(HubFault.RedirectTo.class);
    if (entry.isEmpty()) {
      exchange.refuse(Refusal.noEntry(commit.get().sha()));
    } else if (entry.get().isLarge(exchange.state().knobs().lfsThreshold)) {
      redirectToCdn(exchange, repository, commit.get(), entry.get());
    } else if (elsewhere.isPresent()) {
      exchange.text(307, Headers.of("Location", elsewhere.get().location()), "Redirecting");
    } else if (exchange.state().knobs().resolveCache && !repository.isGated()) {
      redirectToCache(exchange, repository, commit.get(), entry.get());
    } else {
      sendSmall(exchange, commit.get(), entry.get());
    }
  }

  /** What an answer about a file says of its commit. */
  private static Headers commitHeaders(HubExchange exchange, HubCommit commit) {
    if (exchange.fault(HubFault.MissingCommit.class).isPresent()) {
      return Headers.none();
    }
    String sha =
        exchange
            .fault(HubFault.WrongCommit.class)
            .map(HubFault.WrongCommit::sha)
            .orElse(commit.sha());
    return Headers.of("X-Repo-Commit", sha);
  }

  private void redirectToCdn(
      HubExchange exchange, HubRepository repository, HubCommit commit, HubEntry entry)
      throws IOException {
    String sha256 = exchange.state().publish(entry.content());
    String fileName = entry.path().substring(entry.path().lastIndexOf('/') + 1);
    String location =
        exchange
            .fault(HubFault.RedirectTo.class)
            .map(HubFault.RedirectTo::location)
            .orElseGet(() ->
                exchange.state().knobs().cdnRoot.orElse(cdnRoot)
                    + exchange.state().urls().sign(sha256, fileName));
    String etag =
        exchange
            .fault(HubFault.WrongLinkedEtag.class)
            .map(HubFault.WrongLinkedEtag::sha256)
            .orElse(sha256);
    long size =
        exchange
            .fault(HubFault.WrongLinkedSize.class)
            .map(HubFault.WrongLinkedSize::size)
            .orElse(entry.content().size());
    Headers headers =
        commitHeaders(exchange, commit)
            .with("X-Linked-Size", Long.toString(size))
            .with("X-Linked-ETag", "\"" + etag + "\"")
            .with("Accept-Ranges", "bytes")
            .with("Location", location);
    if (exchange.state().knobs().xet) {
      headers = headers.and(xetHeaders(exchange, repository, commit, entry));
    }
    exchange.text(302, headers, "Found. Redirecting to " + location);
  }

  private static Headers xetHeaders(
      HubExchange exchange, HubRepository repository, HubCommit commit, HubEntry entry) {
    String root = exchange.state().scheme() + "://" + exchange.call().header("Host").orElse("");
    String link =
        "<%s/api/models/%s/xet-read-token/%s>; rel=\"xet-auth\""
            .formatted(root, repository.id(), commit.sha());
    return Headers.of("X-Xet-Hash", entry.xetHash(), "Link", link);
  }

  private static void redirectToCache(
      HubExchange exchange, HubRepository repository, HubCommit commit, HubEntry entry)
      throws IOException {
    String location =
        "/api/resolve-cache/models/%s/%s/%s?%s=&etag=%%22%s%%22"
            .formatted(
                Urls.encodePath(repository.id()),
                commit.sha(),
                Urls.encode(entry.path()),
                Urls.encode(exchange.call().path()),
                entry.content().gitBlobSha1());
    exchange.text(
        307,
        commitHeaders(exchange, commit).with("Location", location),
        "Temporary Redirect. Redirecting to " + location);
  }

  void resolveCache(HubExchange exchange, HubRepository repository) throws IOException {
    Optional<HubCommit> commit = repository.find(exchange.route().revision());
    Optional<HubEntry> entry = commit.flatMap(found -> found.entry(exchange.route().path()));
    if (commit.isEmpty() || entry.isEmpty()) {
      exchange.refuse(Refusal.noEntry(exchange.route().revision()));
    } else {
      sendSmall(exchange, commit.get(), entry.get());
    }
  }

  private static void sendSmall(HubExchange exchange, HubCommit commit, HubEntry entry)
      throws IOException {
    String etag = "\"" + entry.content().gitBlobSha1() + "\"";
    String name = Urls.encode(entry.path().substring(entry.path().lastIndexOf('/') + 1));
    Headers headers =
        exchange
            .headers()
            .and(commitHeaders(exchange, commit))
            .with("ETag", etag)
            .with("Content-Type", "text/plain; charset=utf-8")
            .with(
                "Content-Disposition",
                "inline; filename*=UTF-8''%s; filename=\"%s\";".formatted(name, name));
    if (exchange.call().header("If-None-Match").map(etag::equals).orElse(false)) {
      exchange.call().respond(304, headers);
      return;
    }
    ContentAnswer.send(exchange.call(), entry.content(), headers, exchange.fault());
  }

  void raw(HubExchange exchange, HubRepository repository) throws IOException {
    HubRoute route = exchange.route();
    Optional<Refusal> refusal = Access.toRead(repository, route.path(), exchange.token());
    Optional<HubCommit> commit = repository.find(route.revision());
    Optional<HubEntry> entry = commit.flatMap(found -> found.entry(route.path()));
    if (refusal.isPresent()) {
      exchange.refuse(refusal.get());
    } else if (commit.isEmpty()) {
      exchange.refuse(Refusal.noRevision(route.revision()));
    } else if (entry.isEmpty()) {
      exchange.refuse(Refusal.noEntry(commit.get().sha()));
    } else if (entry.get().isLarge(exchange.state().knobs().lfsThreshold)) {
      Headers headers = exchange.headers().and(commitHeaders(exchange, commit.get()));
      ContentAnswer.send(exchange.call(), entry.get().pointer(), headers, exchange.fault());
    } else {
      sendSmall(exchange, commit.get(), entry.get());
    }
  }
}
