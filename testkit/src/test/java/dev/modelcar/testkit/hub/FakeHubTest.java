package dev.modelcar.testkit.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeHubTest {
  private static final String SHARD = "model-00001-of-00002.safetensors";

  private final GeneratedModel model =
      GeneratedModel.llama(1, 2, 100_000).withOnnx().withFile("a dir/ü.txt", Content.of("odd"));
  private final FakeHub hub = FakeHub.start();
  private final HubRepository repository = hub.add("org/name", model);
  private final String sha = repository.head("main");
  private final HubClient client = new HubClient(hub);

  @AfterEach
  void stop() {
    assertThat(hub.hubServer().failures()).isEmpty();
    assertThat(hub.cdnServer().failures()).isEmpty();
    client.close();
    hub.close();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void tellsTheCommitOfARevision() throws Exception {
    repository.tag("v1", sha).pullRequest(3, sha);
    for (String revision : List.of("main", "v1", "refs%2Fpr%2F3", sha)) {
      JsonNode info = client.json("/api/models/org/name/revision/" + revision);
      assertThat(info.get("sha").asText()).isEqualTo(sha);
      assertThat(info.get("siblings")).hasSize(model.files().size());
    }
    assertThat(client.json("/api/models/org/name?blobs=true").at("/siblings/0/size").asLong())
        .isPositive();
    HttpResponse<byte[]> unknown = client.get("/api/models/org/name/revision/nothing");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(header(unknown, "X-Error-Code")).isEqualTo("RevisionNotFound");
  }

  @Test
  void listsTheTreeInPages() throws Exception {
    hub.pageSize(4);
    String next = "/api/models/org/name/tree/" + sha + "?recursive=true&expand=false";
    List<JsonNode> entries = new ArrayList<>();
    int pages = 0;
    while (!next.isEmpty()) {
      HttpResponse<byte[]> page = client.get(next);
      new ObjectMapper().readTree(page.body()).forEach(entries::add);
      String link = header(page, "Link");
      assertThat(link).matches("|<http://127\\.0\\.0\\.1:\\d+/api/.*>; rel=\"next\"");
      next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
      pages++;
    }

    assertThat(pages).isEqualTo(4);
    assertThat(entries).hasSize(model.files().size() + 2);
    JsonNode folder = byPath(entries, "onnx");
    assertThat(folder.get("type").asText()).isEqualTo("directory");
    JsonNode small = byPath(entries, "config.json");
    assertThat(small.get("oid").asText())
        .isEqualTo(model.file("config.json").content().gitBlobSha1());
    assertThat(small.has("lfs")).isFalse();
    JsonNode large = byPath(entries, SHARD);
    assertThat(large.at("/lfs/oid").asText()).isEqualTo(model.file(SHARD).sha256());
    assertThat(large.at("/lfs/size").asLong()).isEqualTo(100_000);
    assertThat(large.get("oid").asText()).hasSize(40);
  }

  private static JsonNode byPath(List<JsonNode> entries, String path) {
    return entries.stream()
        .filter(entry -> entry.get("path").asText().equals(path))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void listsOneFolder() throws Exception {
    JsonNode root = client.json("/api/models/org/name/tree/main");
    assertThat(root.findValuesAsText("path")).contains("onnx").doesNotContain("onnx/model.onnx");
    JsonNode folder = client.json("/api/models/org/name/tree/main/onnx");
    assertThat(folder.findValuesAsText("path")).containsExactly("onnx/model.onnx");
    assertThat(client.get("/api/models/org/name/tree/main/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void leadsASmallFileThroughTheCache() throws Exception {
    String sha1 = model.file("config.json").content().gitBlobSha1();
    HttpResponse<byte[]> first = client.get("/org/name/resolve/main/config.json");
    assertThat(first.statusCode()).isEqualTo(307);
    assertThat(header(first, "X-Repo-Commit")).isEqualTo(sha);
    assertThat(header(first, "Location")).startsWith("/api/resolve-cache/models/org/name/" + sha);

    HttpResponse<byte[]> second = client.get(header(first, "Location"));
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(header(second, "ETag")).isEqualTo("\"" + sha1 + "\"");
    assertThat(second.body()).isEqualTo(model.file("config.json").content().bytes());

    HttpResponse<byte[]> unchanged =
        client.get(header(first, "Location"), "If-None-Match", "\"" + sha1 + "\"");
    assertThat(unchanged.statusCode()).isEqualTo(304);
  }

  @Test
  void servesPathsWithSpacesAndUmlauts() throws Exception {
    hub.resolveCache(false);
    HttpResponse<byte[]> file = client.get("/org/name/resolve/" + sha + "/a%20dir/%C3%BC.txt");
    assertThat(text(file)).isEqualTo("odd");
    hub.resolveCache(true);
    HttpResponse<byte[]> there = client.get("/org/name/resolve/main/a%20dir/%C3%BC.txt");
    assertThat(text(client.get(header(there, "Location")))).isEqualTo("odd");
  }

  @Test
  void tellsTheTrueLengthForHead() throws Exception {
    hub.resolveCache(false);
    HttpResponse<byte[]> head = client.send("HEAD", "/org/name/resolve/main/config.json");
    assertThat(header(head, "Content-Length"))
        .isEqualTo(Long.toString(model.file("config.json").size()));
    assertThat(head.body()).isEmpty();
    assertThat(hub.requests(HubRequestKind.RESOLVE_HEAD)).hasSize(1);
  }

  @Test
  void leadsALargeFileToTheCdnWithRanges() throws Exception {
    HttpResponse<byte[]> redirect = client.as("hf_x").get("/org/name/resolve/main/" + SHARD);
    assertThat(redirect.statusCode()).isEqualTo(302);
    HttpHeaders headers = redirect.headers();
    assertThat(headers.firstValue("X-Linked-Size")).contains("100000");
    assertThat(headers.firstValue("X-Linked-ETag"))
        .contains("\"" + model.file(SHARD).sha256() + "\"");
    assertThat(redirect.body()).isNotEmpty();
    String url = header(redirect, "Location");
    assertThat(URI.create(url).getHost()).isEqualTo("localhost");

    byte[] all = model.file(SHARD).content().bytes();
    assertThat(client.get(url).body()).isEqualTo(all);
    HttpResponse<byte[]> part = client.get(url, "Range", "bytes=99990-");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(header(part, "Content-Range")).isEqualTo("bytes 99990-99999/100000");
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(all, 99_990, 100_000));
    assertThat(client.get(url, "Range", "bytes=0-9").body())
        .isEqualTo(Arrays.copyOfRange(all, 0, 10));
    HttpResponse<byte[]> beyond = client.get(url, "Range", "bytes=100000-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */100000");
    assertThat(hub.mostReadersAtOnce(model.file(SHARD).sha256())).isEqualTo(1);
    assertThat(hub.bytesServed()).isEqualTo(100_020);
  }

  @Test
  void detectsATokenAtTheCdn() throws Exception {
    String url = header(client.get("/org/name/resolve/main/" + SHARD), "Location");
    assertThat(client.get(url, "Authorization", "Bearer hf_x").statusCode()).isEqualTo(500);
    assertThat(hub.leakedTokens()).isEqualTo(1);
    assertThat(hub.requests(HubRequestKind.CDN).getFirst().hadToken()).isTrue();
  }

  @Test
  void signedUrlsExpire() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    hub.clock(now::get).signedUrlLife(Duration.ofMinutes(1));
    String url = header(client.get("/org/name/resolve/main/" + SHARD), "Location");
    assertThat(client.get(url).statusCode()).isEqualTo(200);
    assertThat(client.get(url.replace("Expires=60", "Expires=99")).statusCode()).isEqualTo(403);
    now.set(Instant.ofEpochSecond(61));
    assertThat(client.get(url).statusCode()).isEqualTo(403);

    hub.signedUrlUses(2);
    String twice = header(client.get("/org/name/resolve/main/" + SHARD), "Location");
    assertThat(client.get(twice).statusCode()).isEqualTo(200);
    assertThat(client.get(twice).statusCode()).isEqualTo(200);
    assertThat(client.get(twice).statusCode()).isEqualTo(403);

    String withdrawn = header(client.get("/org/name/resolve/main/" + SHARD), "Location");
    hub.expireSignedUrls();
    assertThat(client.get(withdrawn).statusCode()).isEqualTo(403);
  }

  @Test
  void givesThePointerOfALargeFileAsRaw() throws Exception {
    assertThat(text(client.get("/org/name/raw/main/" + SHARD)))
        .contains("oid sha256:" + model.file(SHARD).sha256());
  }

  @Test
  void tellsWhatIsMissing() throws Exception {
    HttpResponse<byte[]> entry = client.get("/org/name/resolve/main/nothing.json");
    assertThat(entry.statusCode()).isEqualTo(404);
    assertThat(header(entry, "X-Error-Code")).isEqualTo("EntryNotFound");
    assertThat(header(entry, "X-Repo-Commit")).isEqualTo(sha);
    assertThat(client.get("/api/models/org/other").statusCode()).isEqualTo(401);
    HttpResponse<byte[]> known = client.as("hf_x").get("/api/models/org/other");
    assertThat(known.statusCode()).isEqualTo(404);
    assertThat(header(known, "X-Error-Code")).isEqualTo("RepoNotFound");
    assertThat(text(known)).contains("\"error\"");
  }

  @Test
  void guardsPrivateRepositories() throws Exception {
    repository.makePrivate("hf_member");
    hub.token("hf_member").token("hf_stranger").narrowToken("hf_narrow");
    assertThat(client.get("/api/models/org/name").statusCode()).isEqualTo(401);
    assertThat(client.as("hf_stranger").get("/api/models/org/name").statusCode()).isEqualTo(404);
    assertThat(client.as("hf_wrong").get("/api/models/org/name").statusCode()).isEqualTo(401);
    assertThat(client.as("hf_member").get("/api/models/org/name").statusCode()).isEqualTo(200);
    assertThat(client.get("/api/whoami-v2").statusCode()).isEqualTo(200);
    hub.revokeToken("hf_member");
    HttpResponse<byte[]> revoked = client.get("/api/models/org/name");
    assertThat(revoked.statusCode()).isEqualTo(401);
    assertThat(text(revoked)).contains("Invalid credentials in Authorization header");
    assertThat(client.get("/api/whoami-v2").statusCode()).isEqualTo(401);
  }

  @Test
  void tellsATokenWithoutPermission() throws Exception {
    hub.narrowToken("hf_narrow");
    HttpResponse<byte[]> response = client.as("hf_narrow").get("/api/models/org/name");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.headers().firstValue("X-Error-Code")).isEmpty();
  }

  @Test
  void showsAGatedRepositoryMaskedAndReadsOnlyItsTerms() throws Exception {
    repository.gate("hf_granted").pending("hf_waiting");
    JsonNode tree = client.json("/api/models/org/name/tree/main?recursive=true");
    assertThat(tree.findValuesAsText("lfs")).isNotEmpty();
    tree.findValues("lfs")
        .forEach(lfs -> assertThat(lfs.get("oid").asText()).isEqualTo("*".repeat(64)));
    assertThat(client.get("/org/name/resolve/main/LICENSE").statusCode()).isEqualTo(200);

    HttpResponse<byte[]> anonymous = client.get("/org/name/resolve/nothing/config.json");
    assertThat(anonymous.statusCode()).isEqualTo(401);
    assertThat(header(anonymous, "X-Error-Code")).isEqualTo("GatedRepo");
    String config = "/org/name/resolve/main/config.json";
    assertThat(client.as("hf_other").get(config).statusCode()).isEqualTo(403);
    assertThat(text(client.get(config))).contains("not in the authorized list");
    assertThat(text(client.as("hf_waiting").get(config))).contains("awaiting a review");
    assertThat(client.as("hf_granted").get(config).statusCode()).isEqualTo(200);
    assertThat(client.get("/api/models/org/name/auth-check").statusCode()).isEqualTo(200);
    assertThat(client.anonymous().get("/api/models/org/name/auth-check").statusCode())
        .isEqualTo(401);
  }

  @Test
  void tellsADisabledRepository() throws Exception {
    repository.disable();
    assertThat(text(client.get("/api/models/org/name")))
        .contains("Access to this resource is disabled.");
  }

  @Test
  void leadsFromOldAndShortNamesToTheNewOne() throws Exception {
    hub.rename("old/name", "org/name").rename("short", "org/name");
    for (String id : List.of("old/name", "short")) {
      HttpResponse<byte[]> api = client.get("/api/models/" + id + "/revision/main?blobs=true");
      assertThat(api.statusCode()).isEqualTo(307);
      assertThat(header(api, "Location"))
          .isEqualTo("/api/models/org/name/revision/main?blobs=true");
      assertThat(header(client.get("/" + id + "/resolve/main/README.md"), "Location"))
          .isEqualTo("/org/name/resolve/main/README.md");
    }
  }

  @Test
  void answersForSeveralPathsAtOnce() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(hub.endpoint().resolve("/api/models/org/name/paths-info/main"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "paths=config.json&paths=onnx&paths=none&expand=False"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      assertThat(body).contains("config.json", "\"directory\"").doesNotContain("none");
    }
  }

  @Test
  void listsRefs() throws Exception {
    repository.tag("v1", sha).pullRequest(1, sha);
    JsonNode refs = client.json("/api/models/org/name/refs?include_prs=1");
    assertThat(refs.at("/branches/0/ref").asText()).isEqualTo("refs/heads/main");
    assertThat(refs.at("/tags/0/name").asText()).isEqualTo("v1");
    assertThat(refs.at("/pullRequests/0/ref").asText()).isEqualTo("refs/pr/1");
  }

  @Test
  void announcesQuotaAndWarningOnEveryAnswer() throws Exception {
    hub.warning("deprecation; old endpoint");
    HttpResponse<byte[]> response = client.get("/api/models/org/name");
    assertThat(header(response, "RateLimit")).startsWith("\"api\";r=");
    assertThat(header(response, "X-HF-Warning")).isEqualTo("deprecation; old endpoint");
  }

  @Test
  void failsAsPlanned() throws Exception {
    String resolve = "/org/name/resolve/main/" + SHARD;
    hub.faults()
        .once(HubRequestKind.RESOLVE_GET, new HubFault.QuotaExhausted(7))
        .once(HubRequestKind.RESOLVE_GET, new HubFault.MissingCommit())
        .once(HubRequestKind.RESOLVE_GET, new HubFault.RedirectLoop())
        .once(HubRequestKind.RESOLVE_GET, new HubFault.RedirectTo("http://elsewhere/"))
        .once(HubRequestKind.RESOLVE_GET, new HubFault.WrongLinkedSize(5));
    HttpResponse<byte[]> quota = client.get(resolve);
    assertThat(quota.statusCode()).isEqualTo(429);
    assertThat(header(quota, "RateLimit")).isEqualTo("\"resolvers\";r=0;t=7");
    assertThat(header(client.get(resolve), "X-Repo-Commit")).isEmpty();
    assertThat(header(client.get(resolve), "Location")).isEqualTo(resolve);
    assertThat(header(client.get(resolve), "Location")).isEqualTo("http://elsewhere/");
    assertThat(header(client.get(resolve), "X-Linked-Size")).isEqualTo("5");
    assertThat(hub.faults().hits()).isEqualTo(5);

    hub.faults()
        .once(HubRequestKind.TREE, new HubFault.ExtraPath("../evil"))
        .once(HubRequestKind.TREE, new HubFault.MaskedHashes())
        .add(HubRequestKind.CDN, 0, FaultPlan.ALWAYS, new HubFault.ExpiredUrl());
    assertThat(client.json("/api/models/org/name/tree/main").findValuesAsText("path"))
        .contains("../evil");
    assertThat(client.json("/api/models/org/name/tree/main").toString()).contains("****");
    assertThat(client.get(header(client.get(resolve), "Location")).statusCode()).isEqualTo(403);

    hub.faults().clear();
    hub.pageSize(1);
    hub.faults().once(HubRequestKind.TREE, new HubFault.ForeignNextLink("http://evil/next"));
    assertThat(header(client.get("/api/models/org/name/tree/main"), "Link"))
        .isEqualTo("<http://evil/next>; rel=\"next\"");
  }
}
