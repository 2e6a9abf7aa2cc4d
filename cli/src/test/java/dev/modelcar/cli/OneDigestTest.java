package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the digest of an image depends on, and what it does not. */
final class OneDigestTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(8, 2, 64 << 10);

  /** What the hub of the tests says of every commit. */
  private static final String DATE = "2026-01-02T03:04:05Z";

  @TempDir Path folder;
  private final FakeHub hub = FakeHub.start();
  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeRegistry mirror = FakeRegistry.start();
  private int images;

  @BeforeEach
  void publish() {
    hub.add("org/model", MODEL);
    hub.language("en");
  }

  @AfterEach
  void close() {
    hub.close();
    registry.close();
    mirror.close();
  }

  private Run ship(boolean offline, String... more) {
    Map<String, String> variables = new HashMap<>();
    variables.put("HOME", folder.resolve("home" + ++images).toString());
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    variables.put("HF_HUB_CACHE", folder.resolve("cache").toString());
    if (offline) {
      variables.put("HF_HUB_OFFLINE", "1");
    }
    List<String> words = new ArrayList<>(List.of("ship", "hf://org/model"));
    words.addAll(List.of(more));
    words.addAll(List.of("--to", "oci:" + folder.resolve("image" + images) + ":1"));
    return Run.of(variables, words.toArray(String[]::new)).succeeds();
  }

  private static String digest(Run run) {
    Matcher digest = Pattern.compile("@(sha256:\\w+)").matcher(run.out());
    assertThat(digest.find()).as(run.out()).isTrue();
    return digest.group(1);
  }

  private String manifest(int image) {
    return Run.of(
            Map.of("HOME", folder.toString()),
            "inspect",
            "oci:" + folder.resolve("image" + image) + ":1",
            "--output",
            "json")
        .succeeds()
        .out()
        .replace("/image" + image, "");
  }

  /** As the Hub's own client leaves it: large files have a SHA-256, others the name of Git. */
  private void fillCache(Run online) throws IOException {
    Matcher commit = Pattern.compile("at commit (\\w{40})").matcher(online.err());
    assertThat(commit.find()).as(online.err()).isTrue();
    Path repository = folder.resolve("cache/models--org--model");
    Path snapshot = repository.resolve("snapshots").resolve(commit.group(1));
    for (GeneratedFile file : MODEL.files()) {
      boolean large = file.path().endsWith(".safetensors");
      String name = large ? file.content().sha256() : file.content().gitBlobSha1();
      Path blob = repository.resolve("blobs").resolve(name);
      Files.createDirectories(blob.getParent());
      Files.write(blob, file.content().bytes());
      Path link = snapshot.resolve(file.path());
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, blob);
    }
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), commit.group(1));
  }

  @Test
  void aModelOutOfTheCacheDiffersByTheDateAlone() throws IOException {
    Run online = ship(false, "--base=none");
    fillCache(online);
    int asked = hub.requests().size();
    Run offline = ship(true, "--base=none");
    assertThat(digest(offline)).isNotEqualTo(digest(online));
    offline.says("pass the date with --created");
    assertThat(online.err()).doesNotContain("--created");
    Run dated = ship(true, "--base=none", "--created", DATE);
    assertThat(manifest(3)).isEqualTo(manifest(1));
    assertThat(digest(dated)).isEqualTo(digest(online));
    assertThat(dated.err()).doesNotContain("--created");
    assertThat(hub.requests()).hasSize(asked);
  }

  @Test
  void theDateOfASourceTreeIsTakenFromTheEnvironment() throws IOException {
    Path model = folder.resolve("model");
    MODEL.writeTo(model);
    Map<String, String> home = Map.of("HOME", folder.toString(), "SOURCE_DATE_EPOCH", "1767323045");
    String[] one = {"ship", "" + model, "--base=none", "--to", "oci:" + folder.resolve("one")};
    Run dated = Run.of(home, one).succeeds();
    Run named =
        Run.of(
                Map.of("HOME", folder.toString()),
                List.of("--created", DATE),
                "ship",
                "" + model,
                "--base=none",
                "--to",
                "oci:" + folder.resolve("two"))
            .succeeds();
    assertThat(digest(dated)).isEqualTo(digest(named));
    Run.of(Map.of("HOME", folder.toString(), "SOURCE_DATE_EPOCH", "today"), one)
        .failsWith(CoreError.USAGE_INVALID)
        .says("SOURCE_DATE_EPOCH takes the seconds since 1970");
  }

  /** The image of an earlier run is no part of the model that it was made of. */
  @Test
  void anImageInTheModelsFolderIsNotPacked() throws IOException {
    Path model = folder.resolve("model");
    MODEL.writeTo(model);
    Map<String, String> home = Map.of("HOME", folder.toString());
    for (String target :
        List.of("oci:" + model.resolve("image"), "oci-archive:" + model + "/k.tar")) {
      String[] words = {"ship", "" + model, "--base=none", "--to", target + ":1"};
      String first = digest(Run.of(home, words).succeeds());
      assertThat(digest(Run.of(home, words).succeeds())).isEqualTo(first);
      assertThat(digest(Run.of(home, words).succeeds().says("left out"))).isEqualTo(first);
    }
    Run.of(home, "plan", "" + model).succeeds().says("k.tar is an archive").says("an OCI layout");
  }

  /** As the pipeline with a volume does it: what serving does not need is not missed afterwards. */
  @Test
  void whatIsFetchedForServingIsAWholeModel() {
    hub.add("org/twice", MODEL.withConsolidated().withPickleTwin());
    Path model = folder.resolve("fetched");
    Map<String, String> home =
        Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString());
    Run.of(home, "fetch", "hf://org/twice", "" + model, "--serving", "--prune").succeeds();
    assertThat(model.resolve("consolidated.safetensors")).doesNotExist();
    Run.of(home, "build", "" + model, "--base=none").succeeds();
    Run.of(home, "fetch", "hf://org/twice", "" + model, "--include=*.json", "--prune").succeeds();
    Run.of(home, "build", "" + model, "--base=none")
        .failsWith(SourceError.SOURCE_INCOMPLETE)
        .says("consolidated.safetensors");
  }

  /** A recipe has the links of its image, too. */
  @Test
  void aModelWithLinksIsBuiltAsItIsShipped() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel large = GeneratedModel.llama(9, 1, 2 << 20);
    large.writeTo(model);
    Files.createDirectories(model.resolve("copy"));
    Files.createSymbolicLink(model.resolve("copy/w.bin"), Path.of("../model.safetensors"));
    Map<String, String> home = Map.of("HOME", folder.toString());
    String shipped = "oci:" + folder.resolve("shipped") + ":1";
    String copied = "oci:" + folder.resolve("copied") + ":1";
    Run.of(home, "ship", "" + model, "--base=none", "--to", shipped).succeeds();
    Run.of(home, "build", "" + model, "--base=none", "--recipe=" + folder.resolve("r")).succeeds();
    Run copy = Run.of(home, "copy", "recipe:" + folder.resolve("r"), copied).succeeds();
    Run verified = Run.of(home, "verify", copied, "--against", "" + model).succeeds();
    assertThat(verified.out()).contains("good");
    assertThat(Run.of(home, "inspect", shipped).succeeds().out()).contains(digest(copy));
  }

  @Test
  void aTimeIsATime() {
    Run.of(
            Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString()),
            "plan",
            "hf://org/model",
            "--created",
            "today")
        .failsWith(CoreError.USAGE_INVALID)
        .says("--created takes a time");
  }

  /** The name of the base is part of the image; who wants one digest gives it one name. */
  @Test
  void aBaseFromAMirrorCanHaveTheNameOfTheOriginal() throws IOException {
    Path root = Files.createDirectories(folder.resolve("base"));
    Files.writeString(root.resolve("config.json"), "{}");
    Map<String, String> home = Map.of("HOME", folder.toString());
    String original = registry.authority() + "/base/micro:1";
    String copy = mirror.authority() + "/mirrored/micro:1";
    Run.of(home, "ship", "" + root, "--base=none", "--plain-http", "--to", original).succeeds();
    Run.of(home, "copy", "--plain-http", original, copy).succeeds();
    String first = digest(ship(false, "--base", "http://" + original));
    assertThat(digest(ship(false, "--base", "http://" + copy))).isNotEqualTo(first);
    String named = "org.opencontainers.image.base.name=" + original;
    assertThat(digest(ship(false, "--base", "http://" + copy, "--annotation", named)))
        .isEqualTo(first);
  }
}
