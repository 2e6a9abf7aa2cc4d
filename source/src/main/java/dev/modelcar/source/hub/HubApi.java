package dev.modelcar.source.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.Uris;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of the Hub's API that pin a model and list its files. Each is repeated when it fails.
 */
record HubApi(
    HubHttp http,
    HubErrors errors,
    HttpTransport transport,
    RetryPolicy retryPolicy,
    RetryListener retryListener) {
  /** A list of a hundred thousand files is some 30 MB; more is no model. */
  private static final int MAX_DOCUMENT = 64 << 20;

  private static final int MAX_PAGES = 1000;

  /** The model at a revision. */
  JsonNode model(String repository, String revision) {
    URI uri = http.uri("/api/models/" + repository + "/revision/" + Uris.encode(revision));
    try {
      return document(uri, repository).json();
    } catch (ModelcarException e) {
      if (e.code() != SourceError.HUB_REVISION_NOT_FOUND) {
        throw e;
      }
      ModelcarException named =
          new ModelcarException(
              e.code(),
              "the revision %s does not exist in the repository %s"
                  .formatted(revision, repository));
      throw e.request().map(named::about).orElse(named);
    }
  }

  /** Whose the token is, and what it may do. */
  HubToken token() {
    return HubToken.of(document(http.uri("/api/whoami-v2"), "whoami-v2").json());
  }

  /** All entries of the tree of a commit, page after page. */
  List<JsonNode> tree(String repository, String commit) {
    String path = "/api/models/" + repository + "/tree/" + commit;
    Optional<URI> page = Optional.of(http.uri(path + "?recursive=true&expand=false"));
    List<JsonNode> entries = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    for (int pages = 0; page.isPresent(); pages++) {
      if (pages == MAX_PAGES || !seen.add(page.get())) {
        throw HubErrors.protocol("the Hub's file list of " + repository + " does not end");
      }
      Document document;
      try {
        document = document(page.get(), repository);
      } catch (ModelcarException e) {
        // The repository and the commit were there a moment ago.
        throw e.code() != SourceError.HUB_REPOSITORY_NOT_FOUND
            ? e
            : new ModelcarException(
                SourceError.HUB_ENTRY_NOT_FOUND,
                "%s has the repository %s, but returned 404 for the file list of commit %s"
                    .formatted(SafeUri.authority(page.get()), repository, commit),
                "Check HF_ENDPOINT: a mirror may lack GET "
                    + path
                    + ". If the repository was deleted just now, check its name.",
                e);
      }
      if (!document.json().isArray()) {
        throw HubErrors.protocol("the Hub's file list of " + repository + " is not a JSON array");
      }
      document.json().forEach(entries::add);
      page = next(page.get(), document.next(), path);
    }
    return entries;
  }

  /**
   * The next page lies at the endpoint, whatever host the link names: the token goes nowhere else.
   */
  private Optional<URI> next(URI current, Optional<String> link, String path) {
    if (link.isEmpty()) {
      return Optional.empty();
    }
    URI uri =
        Uris.resolve(current, link.get())
            .orElseThrow(
                () -> HubErrors.protocol("the Hub's link to the next page is not a valid URL"));
    int tree = uri.getRawPath().indexOf("/api/models/");
    if (tree < 0 || uri.getRawQuery() == null || !uri.getRawPath().contains("/tree/")) {
      throw HubErrors.protocol("the Hub's link to the next page of " + path + " leads elsewhere");
    }
    return Optional.of(http.uri(uri.getRawPath().substring(tree) + "?" + uri.getRawQuery()));
  }

  /** One document and the link to the next. */
  private record Document(JsonNode json, Optional<String> next) {}

  private Document document(URI uri, String repository) {
    return repeat(
        repository,
        () -> {
          try (HttpResponse response = http.send(transport, HttpRequest.get(uri)).response()) {
            if (response.status() != 200) {
              throw errors.of(response, repository);
            }
            byte[] bytes = response.bytes(MAX_DOCUMENT + 1);
            if (bytes.length > MAX_DOCUMENT) {
              throw HubErrors.protocol("the Hub's response for " + repository + " is too large");
            }
            return new Document(parse(bytes, repository), response.headers().nextPage());
          }
        });
  }

  /** Repeats what may work a little later. */
  <T> T repeat(String repository, RetryPolicy.Attempt<T> attempt) {
    return retryPolicy.repeat(retryListener, "requesting " + repository + " from the Hub", attempt);
  }

  private static JsonNode parse(byte[] bytes, String repository) throws IOException {
    try {
      return Json.parse(bytes);
    } catch (InvalidJsonException e) {
      // A page of a proxy, a captive portal, or a response that was cut: the next may be better.
      throw new TransientException(
          SourceError.HUB_PROTOCOL,
          "the Hub's response for " + repository + " is not JSON: " + e.getMessage());
    }
  }
}
