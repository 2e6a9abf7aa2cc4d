package dev.modelcar.testkit.registry;

import static dev.modelcar.testkit.registry.RegistryClient.digest;
import static dev.modelcar.testkit.registry.RegistryClient.location;
import static dev.modelcar.testkit.registry.RegistryClient.range;
import static dev.modelcar.testkit.registry.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.model.GeneratedModel;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The habits of real registries, as they were seen on them. */
final class HabitsTest {
  private final byte[] bytes =
      GeneratedModel.llama(1, 1, 300_000).file("model.safetensors").content().bytes();
  private final FakeRegistry registry = FakeRegistry.start();
  private final RegistryClient client = new RegistryClient(registry.uri());

  @AfterEach
  void stop() {
    assertThat(registry.server().failures()).isEmpty();
    client.close();
    registry.close();
  }

  @Test
  void distribution2FindsABrokenUploadNoMore() throws Exception {
    registry.habits(Habits.distribution2());
    String place = client.start("a/b");
    client.breakPatch(place, bytes, 100_000);
    HttpResponse<String> status = client.send("GET", place);
    assertThat(status.statusCode()).isEqualTo(404);
    assertThat(status.body()).contains("BLOB_UPLOAD_INVALID");
    assertThat(registry.openUploads()).isEqualTo(1);
  }

  @Test
  void distribution2TellsTheOffsetAtAFreshPlace() throws Exception {
    registry.habits(Habits.distribution2());
    HttpResponse<String> first = client.patch(client.start("a/b"), bytes, 0, 1000);
    assertThat(range(client.send("GET", location(first)))).isEqualTo("0-999");
    // It does not look at Content-Range: a gap shows only in the digest.
    HttpResponse<String> gap = client.patch(location(first), bytes, 5000, 300_000);
    assertThat(gap.statusCode()).isEqualTo(202);
    assertThat(client.close(location(gap), digest(bytes)).body()).contains("DIGEST_INVALID");
  }

  @Test
  void distribution3KeepsWhatArrivedAndTellsIt() throws Exception {
    registry.habits(Habits.distribution3());
    String place = client.start("a/b");
    client.breakPatch(place, bytes, 100_000);
    HttpResponse<String> stale = client.patch(place, bytes, 100_000, 300_000);
    assertThat(stale.statusCode()).isEqualTo(416);
    HttpResponse<String> status = client.send("GET", place);
    assertThat(status.statusCode()).isEqualTo(204);
    assertThat(range(status)).isEqualTo("0-99999");
    HttpResponse<String> rest = client.patch(location(status), bytes, 100_000, 300_000);
    assertThat(client.close(location(rest), digest(bytes)).statusCode()).isEqualTo(201);
    assertThat(registry.bytesReceived()).isEqualTo(300_000);
  }

  @Test
  void distributionIgnoresTheBodyOfAPost() throws Exception {
    registry.habits(Habits.distribution3());
    String post = withDigest("/v2/a/b/blobs/uploads/", digest(bytes));
    HttpResponse<String> response = client.send("POST", post, bytes);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(registry.blob(digest(bytes))).isEmpty();
    assertThat(client.send("GET", "/v2/a/b/referrers/" + digest(bytes)).statusCode())
        .isEqualTo(404);
  }

  @Test
  void zotIsRelativeAndLosesABrokenUpload() throws Exception {
    registry.habits(Habits.zot());
    String place = client.start("a/b");
    assertThat(place).startsWith("/v2/a/b/blobs/uploads/");
    client.breakPatch(place, bytes, 100_000);
    assertThat(client.send("GET", place).statusCode()).isEqualTo(404);
  }

  @Test
  void zotTellsOnlyTheLastPatchAndWantsARangeLater() throws Exception {
    registry.habits(Habits.zot());
    String place = client.start("a/b");
    HttpResponse<String> first = client.send("PATCH", place, Arrays.copyOf(bytes, 1000));
    HttpResponse<String> second =
        client.send("PATCH", place, Arrays.copyOfRange(bytes, 1000, 3000));
    assertThat(range(first)).isEqualTo("0-999");
    assertThat(range(second)).isEqualTo("0-1999");
    byte[] rest = Arrays.copyOfRange(bytes, 3000, 300_000);
    String put = withDigest(place, digest(bytes));
    assertThat(client.send("PUT", put, rest).statusCode()).isEqualTo(416);
    assertThat(client.send("PUT", put, rest, "Content-Range", "3000-299999").statusCode())
        .isEqualTo(201);
  }

  @Test
  void zotSharesBlobsBetweenRepositories() throws Exception {
    registry.habits(Habits.zot());
    String digest = client.push("a/b", bytes);
    assertThat(client.send("HEAD", "/v2/c/d/blobs/" + digest).statusCode()).isEqualTo(200);
    assertThat(client.send("POST", "/v2/e/f/blobs/uploads/?mount=" + digest).statusCode())
        .isEqualTo(201);
  }

  @Test
  void quayCountsInItsOwnWay() throws Exception {
    registry.habits(Habits.quay());
    HttpResponse<String> start = client.send("POST", "/v2/a/b/blobs/uploads/");
    assertThat(range(start)).isEqualTo("bytes=0--1");
    HttpResponse<String> patch = client.send("PATCH", location(start), Arrays.copyOf(bytes, 1000));
    assertThat(range(patch)).isEqualTo("0-999");
    client.breakPatch(location(patch), bytes, 100_000);
    HttpResponse<String> status = client.send("GET", location(patch));
    assertThat(range(status)).isEqualTo("bytes=0-1000");
    assertThat(location(status)).isEmpty();
    assertThat(client.close(location(patch), digest(bytes)).statusCode()).isEqualTo(400);
    assertThat(client.send("GET", location(patch)).statusCode()).isEqualTo(404);
  }

  @Test
  void ecrSaysCreatedAndForgetsToCount() throws Exception {
    registry.habits(Habits.ecr());
    HttpResponse<String> first = client.patch(client.start("a/b"), bytes, 0, 1000);
    assertThat(first.statusCode()).isEqualTo(201);
    HttpResponse<String> second = client.patch(location(first), bytes, 1000, 300_000);
    assertThat(range(second)).isEqualTo("0-999");
    assertThat(client.close(location(second), digest(bytes)).statusCode()).isEqualTo(201);
  }

  @Test
  void limitsChunks() throws Exception {
    registry.habits(Habits.standard().withChunkMaximum(100_000));
    assertThat(client.send("PATCH", client.start("a/b"), bytes).statusCode()).isEqualTo(416);
    registry.habits(Habits.standard().withChunkMinimum(1000));
    HttpResponse<String> start = client.send("POST", "/v2/a/b/blobs/uploads/");
    assertThat(start.headers().firstValue("OCI-Chunk-Min-Length")).contains("1000");
    HttpResponse<String> small = client.patch(location(start), bytes, 0, 999);
    assertThat(client.patch(location(small), bytes, 999, 2000).body()).contains("SIZE_INVALID");
  }

  @Test
  void ghcrTakesSmallChunksOrAllAtOnce() throws Exception {
    registry.habits(Habits.ghcr());
    byte[] large = Arrays.copyOf(bytes, 5 << 20);
    assertThat(client.send("PATCH", client.start("a/b"), large).statusCode()).isEqualTo(416);
    String put = withDigest(client.start("a/b"), digest(large));
    assertThat(client.send("PUT", put, large).statusCode()).isEqualTo(201);
  }

  @Test
  void deletesNothingWhereThatIsForbidden() throws Exception {
    String path = "/v2/a/b/blobs/" + client.push("a/b", bytes);
    registry.habits(Habits.standard().withDeletes(false));
    assertThat(client.send("DELETE", path).statusCode()).isEqualTo(405);
    registry.habits(Habits.standard());
    assertThat(client.send("DELETE", path).statusCode()).isEqualTo(202);
    assertThat(client.send("HEAD", path).statusCode()).isEqualTo(404);
  }

  @Test
  void startsAnUploadWhereNothingCanBeMounted() throws Exception {
    String digest = client.push("a/b", bytes);
    registry.habits(Habits.standard().withMounts(false));
    String mount = "/v2/c/d/blobs/uploads/?from=a/b&mount=" + digest;
    assertThat(client.send("POST", mount).statusCode()).isEqualTo(202);
  }

  @Test
  void aRequestAtAnyOtherPlaceOfDistribution2DoesNoHarm() throws Exception {
    registry.habits(Habits.distribution2());
    String old = client.start("a/b");
    String newest = location(client.patch(old, bytes, 0, 1000));
    assertThat(client.send("GET", old).statusCode()).isEqualTo(404);
    assertThat(client.patch(newest, bytes, 1000, 2000).statusCode()).isEqualTo(202);
  }

  @Test
  void refusesLargeBodiesInHtmlBeforeTheyAreRead() throws Exception {
    registry.habits(Habits.standard().withBodyMaximum(100_000));
    HttpResponse<String> response = client.send("PATCH", client.start("a/b"), bytes);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("<html>");
    assertThat(registry.bytesReceived()).isZero();
  }
}
