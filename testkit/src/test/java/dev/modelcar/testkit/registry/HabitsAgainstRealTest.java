package dev.modelcar.testkit.registry;

import static dev.modelcar.testkit.registry.RegistryClient.digest;
import static dev.modelcar.testkit.registry.RegistryClient.location;
import static dev.modelcar.testkit.registry.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.Tools;
import dev.modelcar.testkit.model.GeneratedModel;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same questions to a registry and to what mimics it get the same answers. */
final class HabitsAgainstRealTest {
  private final byte[] bytes =
      GeneratedModel.llama(1, 1, 300_000).file("model.safetensors").content().bytes();
  private final byte[] config = "{}".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  @Test
  void distribution2() throws Exception {
    compare(RealRegistry.debian(), RealRegistry.Kind.DISTRIBUTION_2, Habits.distribution2());
  }

  @Test
  void distribution3() throws Exception {
    compare(RealRegistry.distribution3(), RealRegistry.Kind.DISTRIBUTION_3, Habits.distribution3());
  }

  private void compare(Optional<RealRegistry> installed, RealRegistry.Kind kind, Habits habits)
      throws Exception {
    assumeTrue(installed.isPresent(), Tools.missing(kind.program()));
    List<String> expected;
    try (RunningRegistry real = installed.get().start(folder)) {
      expected = transcript(real.uri());
    }
    try (FakeRegistry fake = FakeRegistry.start(habits)) {
      assertThat(transcript(fake.uri())).containsExactlyElementsOf(expected);
    }
  }

  /** Asks everything, and writes down what matters of the answers. */
  private List<String> transcript(URI registry) throws Exception {
    try (RegistryClient client = new RegistryClient(registry)) {
      List<String> lines = new ArrayList<>();
      askAboutChunks(client, lines);
      askAboutWholeBlobs(client, lines);
      askAboutBrokenPatches(client, lines);
      askAboutSharing(client, lines);
      askAboutManifests(client, lines);
      return lines;
    }
  }

  private static HttpResponse<String> note(
      List<String> lines, String question, HttpResponse<String> answer) {
    String error = answer.body().replaceFirst("(?s).*\"code\":\"([A-Z_]+)\".*", " $1");
    lines.add(
        question
            + ": "
            + answer.statusCode()
            + (error.startsWith(" ") ? error : "")
            + answer.headers().firstValue("Range").map(range -> " Range " + range).orElse("")
            + (location(answer).isEmpty()
                ? ""
                : location(answer).replaceFirst("(/|http).*", " $1")));
    return answer;
  }

  private void askAboutChunks(RegistryClient client, List<String> lines) throws Exception {
    HttpResponse<String> start =
        note(lines, "start", client.send("POST", "/v2/a/b/blobs/uploads/"));
    note(lines, "status of none", client.send("GET", location(start)));
    HttpResponse<String> first =
        note(lines, "chunk", client.patch(location(start), bytes, 0, 1000));
    HttpResponse<String> status = note(lines, "status", client.send("GET", location(first)));
    HttpResponse<String> second =
        note(lines, "next chunk", client.patch(location(status), bytes, 1000, 300_000));
    String zeros = "sha256:" + "0".repeat(64);
    note(lines, "wrong digest", client.close(location(second), zeros));
    note(lines, "right digest", client.close(location(second), digest(bytes)));
    note(lines, "after the end", client.send("GET", location(second)));

    HttpResponse<String> other = client.send("POST", "/v2/a/b/blobs/uploads/");
    HttpResponse<String> held = client.patch(location(other), bytes, 0, 1000);
    note(lines, "gap", client.patch(location(held), bytes, 2000, 3000));
    note(lines, "status after gap", client.send("GET", location(held)));
    HttpResponse<String> third = client.send("POST", "/v2/a/b/blobs/uploads/");
    HttpResponse<String> newer = client.patch(location(third), bytes, 0, 1000);
    note(lines, "old place", client.patch(location(third), bytes, 1000, 2000));
    note(lines, "newer place", client.send("GET", location(newer)));
    note(lines, "chunk there", client.patch(location(newer), bytes, 1000, 2000));
    HttpResponse<String> fourth = client.send("POST", "/v2/a/b/blobs/uploads/");
    note(lines, "cancel", client.send("DELETE", location(fourth)));
    note(lines, "after cancel", client.send("GET", location(fourth)));
  }

  private void askAboutWholeBlobs(RegistryClient client, List<String> lines) throws Exception {
    byte[] some = Arrays.copyOf(bytes, 5000);
    String post = withDigest("/v2/a/b/blobs/uploads/", digest(some));
    note(lines, "single post", client.send("POST", post, some));
    note(lines, "its blob", client.send("HEAD", "/v2/a/b/blobs/" + digest(some)));
    String put = withDigest(client.start("a/b"), digest(some));
    note(lines, "put with body", client.send("PUT", put, some));
    String path = "/v2/a/b/blobs/" + digest(some);
    note(lines, "blob", client.send("HEAD", path));
    note(lines, "part", client.send("GET", path, "Range", "bytes=10-19"));
    HttpResponse<String> begun =
        client.send("PATCH", client.start("a/b"), Arrays.copyOf(bytes, 1000));
    String late = withDigest(location(begun), digest(some));
    note(lines, "late body", client.send("PUT", late, Arrays.copyOfRange(bytes, 1000, 5000)));
  }

  private void askAboutBrokenPatches(RegistryClient client, List<String> lines) throws Exception {
    String asked = client.start("a/b");
    client.breakPatch(asked, bytes, 100_000);
    note(lines, "status of broken", client.send("GET", asked));
    String unasked = client.start("a/b");
    client.breakPatch(unasked, bytes, 100_000);
    note(lines, "rest without asking", client.patch(unasked, bytes, 100_000, 300_000));
    HttpResponse<String> late = client.send("GET", unasked);
    note(lines, "asked too late", late);
    if (late.statusCode() == 204) {
      HttpResponse<String> rest = client.patch(location(late), bytes, 100_000, 300_000);
      note(lines, "rest", rest);
      note(lines, "close", client.close(location(rest), digest(bytes)));
    }
  }

  private void askAboutSharing(RegistryClient client, List<String> lines) throws Exception {
    String digest = client.push("a/b", bytes);
    note(lines, "elsewhere", client.send("HEAD", "/v2/c/d/blobs/" + digest));
    String mount = "/v2/c/d/blobs/uploads/?mount=";
    note(lines, "mount", client.send("POST", mount + digest + "&from=a/b"));
    note(
        lines,
        "mount without source",
        client.send("POST", "/v2/e/f/blobs/uploads/?mount=" + digest));
    String none = "sha256:" + "0".repeat(64);
    note(lines, "mount of none", client.send("POST", mount + none + "&from=a/b"));
  }

  private void askAboutManifests(RegistryClient client, List<String> lines) throws Exception {
    String[] accept = {"Accept", RegistryClient.INDEX + ", " + RegistryClient.MANIFEST};
    String[] type = {"Content-Type", RegistryClient.MANIFEST};
    String layer = client.push("a/b", bytes);
    String own = client.push("a/b", config);
    byte[] right = manifest(own, layer);
    note(lines, "manifest", client.send("PUT", "/v2/a/b/manifests/v1", right, type));
    note(lines, "its tag", client.send("HEAD", "/v2/a/b/manifests/v1", accept));
    note(lines, "accepting nothing", client.send("HEAD", "/v2/a/b/manifests/v1"));
    note(lines, "accepting all", client.send("HEAD", "/v2/a/b/manifests/v1", "Accept", "*/*"));
    note(lines, "its digest", client.send("HEAD", "/v2/a/b/manifests/" + digest(right), accept));
    byte[] broken = manifest(own, "sha256:" + "0".repeat(64));
    note(lines, "missing layer", client.send("PUT", "/v2/a/b/manifests/v2", broken, type));
    String wrong = "/v2/a/b/manifests/sha256:" + "1".repeat(64);
    note(lines, "wrong name", client.send("PUT", wrong, right, type));
    note(lines, "no such tag", client.send("GET", "/v2/a/b/manifests/none"));
    note(lines, "tags", client.send("GET", "/v2/a/b/tags/list"));
    note(lines, "no tags", client.send("GET", "/v2/x/y/tags/list"));
    note(lines, "referrers", client.send("GET", "/v2/a/b/referrers/" + digest(right)));
    note(lines, "delete", client.send("DELETE", "/v2/a/b/manifests/" + digest(right)));
    note(lines, "after delete", client.send("GET", "/v2/a/b/manifests/v1"));
  }

  private byte[] manifest(String configDigest, String layerDigest) {
    return """
    {"schemaVersion":2,"mediaType":"%s",\
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},\
    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":300000}]}
    """
        .formatted(RegistryClient.MANIFEST, configDigest, layerDigest)
        .getBytes(StandardCharsets.UTF_8);
  }
}
