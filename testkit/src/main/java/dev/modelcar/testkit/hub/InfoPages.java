package dev.modelcar.testkit.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** What the hub tells about repositories and users. */
final class InfoPages {
  void whoAmI(HubExchange exchange) throws IOException {
    if (exchange.token().isEmpty() || exchange.state().tokens().isBad(exchange.token())) {
      exchange.refuse(Refusal.withoutCode(401, "Invalid username or password."));
      return;
    }
    ObjectNode user = JsonNodeFactory.instance.objectNode();
    user.put("type", "user").put("id", "0123456789abcdef01234567").put("name", "tester");
    user.put("fullname", "Tester").put("isPro", false).putArray("orgs");
    user.putObject("auth")
        .put("type", "access_token")
        .putObject("accessToken")
        .put("displayName", "test")
        .put("role", "read");
    exchange.json(user);
  }

  void revision(HubExchange exchange, HubRepository repository) throws IOException {
    Optional<HubCommit> commit = repository.find(exchange.route().revision());
    if (commit.isEmpty()) {
      exchange.refuse(Refusal.noRevision(exchange.route().revision()));
      return;
    }
    String sha =
        exchange
            .fault(HubFault.WrongCommit.class)
            .map(HubFault.WrongCommit::sha)
            .orElse(commit.get().sha());
    String id = repository.id();
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    info.put("_id", "0123456789abcdef01234567").put("id", id).put("modelId", id);
    info.put("author", id.contains("/") ? id.substring(0, id.indexOf('/')) : id);
    info.put("sha", sha).put("lastModified", "2026-01-02T03:04:05.000Z");
    info.put("createdAt", "2026-01-01T00:00:00.000Z").put("private", repository.isPrivate());
    if (repository.isGated()) {
      info.put("gated", "manual");
    } else {
      info.put("gated", false);
    }
    info.put("disabled", repository.isDisabled()).put("downloads", 0).put("likes", 0);
    info.put("pipeline_tag", "text-generation").put("library_name", "transformers");
    info.putArray("tags").add("transformers").add("safetensors").add("license:apache-2.0");
    ObjectNode card = info.putObject("cardData").put("license", "apache-2.0");
    exchange.state().knobs().language.ifPresent(word -> card.putArray("language").add(word));
    ArrayNode siblings = info.putArray("siblings");
    boolean blobs = exchange.call().query("blobs").map("true"::equalsIgnoreCase).orElse(false);
    for (HubEntry entry : commit.get().entries()) {
      ObjectNode sibling = siblings.addObject().put("rfilename", entry.path());
      if (blobs) {
        describeBlob(sibling, entry, exchange.state().knobs().lfsThreshold);
      }
    }
    exchange.json(info);
  }

  private static void describeBlob(ObjectNode sibling, HubEntry entry, long threshold) {
    boolean large = entry.isLarge(threshold);
    sibling.put("size", entry.content().size());
    sibling.put("blobId", (large ? entry.pointer() : entry.content()).gitBlobSha1());
    if (large) {
      sibling
          .putObject("lfs")
          .put("sha256", entry.content().sha256())
          .put("size", entry.content().size())
          .put("pointerSize", entry.pointer().size());
    }
  }

  void refs(HubExchange exchange, HubRepository repository) throws IOException {
    ObjectNode refs = JsonNodeFactory.instance.objectNode();
    list(refs.putArray("branches"), repository.branches(), "refs/heads/");
    refs.putArray("converts");
    list(refs.putArray("tags"), repository.tags(), "refs/tags/");
    if (exchange.call().query("include_prs").isPresent()) {
      list(refs.putArray("pullRequests"), repository.pullRequests(), "refs/pr/");
    }
    exchange.json(refs);
  }

  private static void list(ArrayNode array, Map<String, String> names, String prefix) {
    names.forEach((name, sha) ->
        array.addObject().put("name", name).put("ref", prefix + name).put("targetCommit", sha));
  }

  void authCheck(HubExchange exchange, HubRepository repository) throws IOException {
    Optional<Refusal> refusal = Access.toRead(repository, "", exchange.token());
    if (refusal.isPresent()) {
      exchange.refuse(refusal.get());
    } else {
      exchange.json(JsonNodeFactory.instance.objectNode());
    }
  }
}
