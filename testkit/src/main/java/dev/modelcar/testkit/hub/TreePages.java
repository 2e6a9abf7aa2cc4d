package dev.modelcar.testkit.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The lists of files, in pages. */
final class TreePages {
  private static final String MASK = "*".repeat(64);
  private static final int LONGEST_FORM = 1 << 20;

  private final ObjectMapper mapper = new ObjectMapper();

  void tree(HubExchange exchange, HubRepository repository) throws IOException {
    Optional<HubCommit> commit = repository.find(exchange.route().revision());
    if (commit.isEmpty()) {
      exchange.refuse(Refusal.noRevision(exchange.route().revision()));
      return;
    }
    List<ObjectNode> entries = entries(exchange, repository, commit.get());
    if (entries.isEmpty() && !exchange.route().path().isEmpty()) {
      exchange.refuse(Refusal.noEntry(commit.get().sha()));
      return;
    }
    int pageSize = exchange.state().knobs().pageSize;
    int from = exchange.call().query("cursor").map(TreePages::position).orElse(0);
    int to = Math.min(entries.size(), from + pageSize);
    ArrayNode page = JsonNodeFactory.instance.arrayNode();
    entries.subList(Math.min(from, to), to).forEach(page::add);
    exchange.json(to < entries.size() ? nextLink(exchange, to) : Headers.none(), page);
  }

  private static int position(String cursor) {
    byte[] decoded = Base64.getUrlDecoder().decode(cursor);
    return Integer.parseInt(new String(decoded, StandardCharsets.US_ASCII));
  }

  private static Headers nextLink(HubExchange exchange, int position) {
    String cursor =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Integer.toString(position).getBytes(StandardCharsets.US_ASCII));
    List<String> query = new ArrayList<>();
    Arrays.stream(exchange.call().rawQuery().split("&", -1))
        .filter(parameter -> !parameter.isEmpty() && !parameter.startsWith("cursor="))
        .forEach(query::add);
    query.add("cursor=" + cursor);
    String own =
        exchange.state().scheme()
            + "://"
            + exchange.call().header("Host").orElse("")
            + exchange.call().path()
            + "?"
            + String.join("&", query);
    String location =
        exchange
            .fault(HubFault.ForeignNextLink.class)
            .map(HubFault.ForeignNextLink::location)
            .orElse(own);
    return Headers.of("Link", "<" + location + ">; rel=\"next\"");
  }

  private List<ObjectNode> entries(
      HubExchange exchange, HubRepository repository, HubCommit commit) {
    boolean recursive =
        exchange.call().query("recursive").map("true"::equalsIgnoreCase).orElse(false);
    String folder = exchange.route().path().isEmpty() ? "" : exchange.route().path() + "/";
    SortedMap<String, ObjectNode> entries = new TreeMap<>();
    for (String path : commit.folders()) {
      if (isListed(path, folder, recursive)) {
        entries.put(path, describeFolder(commit, path));
      }
    }
    for (HubEntry entry : commit.entries()) {
      if (isListed(entry.path(), folder, recursive)) {
        entries.put(entry.path(), describe(exchange, repository, entry));
      }
    }
    exchange
        .fault(HubFault.ExtraPath.class)
        .map(fault -> new HubEntry(new GeneratedFile(fault.path(), Content.of("extra"))))
        .ifPresent(extra -> entries.put(extra.path(), describe(exchange, repository, extra)));
    return List.copyOf(entries.values());
  }

  private static boolean isListed(String path, String folder, boolean recursive) {
    return path.startsWith(folder) && (recursive || path.indexOf('/', folder.length()) < 0);
  }

  private static ObjectNode describeFolder(HubCommit commit, String path) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "directory")
        .put("oid", commit.treeSha1(path))
        .put("size", 0)
        .put("path", path);
  }

  private static ObjectNode describe(
      HubExchange exchange, HubRepository repository, HubEntry entry) {
    boolean masked =
        !repository.isOpenTo(exchange.token())
            || exchange.fault(HubFault.MaskedHashes.class).isPresent();
    boolean large = entry.isLarge(exchange.state().knobs().lfsThreshold);
    Content inGit = large ? entry.pointer() : entry.content();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("type", "file").put("oid", inGit.gitBlobSha1());
    node.put("size", entry.content().size()).put("path", entry.path());
    if (large) {
      node.putObject("lfs")
          .put("oid", masked ? MASK : entry.content().sha256())
          .put("size", entry.content().size())
          .put("pointerSize", inGit.size());
      if (exchange.state().knobs().xet) {
        node.put("xetHash", masked ? MASK : entry.xetHash());
      }
    }
    return node;
  }

  void pathsInfo(HubExchange exchange, HubRepository repository) throws IOException {
    List<String> paths = askedPaths(exchange);
    Optional<HubCommit> commit = repository.find(exchange.route().revision());
    if (commit.isEmpty()) {
      exchange.refuse(Refusal.noRevision(exchange.route().revision()));
      return;
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (String path : paths) {
      commit.get().entry(path).ifPresent(entry -> found.add(describe(exchange, repository, entry)));
      if (commit.get().folders().contains(path)) {
        found.add(describeFolder(commit.get(), path));
      }
    }
    exchange.json(found);
  }

  private List<String> askedPaths(HubExchange exchange) throws IOException {
    byte[] body = exchange.call().readBody(LONGEST_FORM);
    boolean json = exchange.call().header("Content-Type").orElse("").startsWith("application/json");
    List<String> paths = new ArrayList<>();
    if (json) {
      mapper.readTree(body).path("paths").forEach(path -> paths.add(path.asText()));
    } else {
      Arrays.stream(new String(body, StandardCharsets.US_ASCII).split("&", -1))
          .filter(field -> field.startsWith("paths="))
          .map(field -> field.substring("paths=".length()).replace("+", "%20"))
          .map(Urls::decode)
          .forEach(paths::add);
    }
    return paths;
  }
}
