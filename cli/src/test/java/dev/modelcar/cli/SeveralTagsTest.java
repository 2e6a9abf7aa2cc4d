package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several tags in one layout or archive: all are there, the bytes once, or nothing begins. */
final class SeveralTagsTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(5, 2, 1 << 20);

  @TempDir Path folder;
  private Path model = Path.of("");

  @BeforeEach
  void makeModel() throws IOException {
    model = folder.resolve("model");
    MODEL.writeTo(model);
  }

  private Run run(String... words) {
    return Run.of(Map.of("HOME", folder.resolve("home").toString()), words);
  }

  private Run ship(String... targets) {
    List<String> words = new ArrayList<>(List.of("ship", model.toString(), "--base=none"));
    Stream.of(targets).forEach(target -> words.addAll(List.of("--to", target)));
    return run(words.toArray(String[]::new));
  }

  private String digest(String reference) {
    Run inspected = run("inspect", reference, "--output", "json").succeeds();
    Matcher digest = Pattern.compile("\"digest\" ?: ?\"(sha256:\\w+)\"").matcher(inspected.out());
    assertThat(digest.find()).as(inspected.out()).isTrue();
    return digest.group(1);
  }

  private void holds(String place, String... tags) {
    for (String tag : tags) {
      assertThat(digest(place + ":" + tag)).isEqualTo(digest(place + ":" + tags[0]));
      run("verify", place + ":" + tag, "--against", model.toString()).succeeds();
    }
  }

  private static long sizeOf(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "oci-archive"})
  void areShippedTogether(String kind) throws IOException {
    Path place = folder.resolve("k");
    String name = kind + ":" + place;
    ship(name + ":v1", name + ":v2", name + ":latest").succeeds();
    holds(name, "v1", "v2", "latest");
    assertThat(sizeOf(place)).isLessThan(MODEL.totalBytes() * 3 / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "oci-archive"})
  void compressedOnesToo(String kind) throws IOException {
    Path place = folder.resolve("k");
    String name = kind + ":" + place;
    run(
            "ship",
            model.toString(),
            "--base=none",
            "--compress=gzip",
            "--to",
            name + ":v1",
            "--to",
            name + ":v2")
        .succeeds();
    holds(name, "v1", "v2");
    assertThat(sizeOf(place)).isLessThan(MODEL.totalBytes() * 3 / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "oci-archive"})
  void areCopiedTogether(String kind) throws IOException {
    ship("oci:" + folder.resolve("from") + ":v0").succeeds();
    Path place = folder.resolve("k");
    String name = kind + ":" + place;
    run("copy", "oci:" + folder.resolve("from"), name + ":v1", name + ":v2", "--verify").succeeds();
    holds(name, "v1", "v2");
    assertThat(digest(name + ":v1")).isEqualTo(digest("oci:" + folder.resolve("from") + ":v0"));
    assertThat(sizeOf(place)).isLessThan(MODEL.totalBytes() * 3 / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "oci-archive"})
  void onePathHasManySpellings(String kind) throws IOException {
    Files.createDirectories(folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
    String name = kind + ":" + folder.resolve("real/k");
    ship(
            name + ":v1",
            kind + ":" + folder.resolve("link/k") + ":v2",
            kind + ":" + folder + "/link/../real/./k:v3")
        .succeeds();
    holds(name, "v1", "v2", "v3");
    assertThat(sizeOf(folder.resolve("real/k"))).isLessThan(MODEL.totalBytes() * 3 / 2);
  }

  @Test
  void aMirrorHasAllTagsInEachPlace() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String from = "http://" + registry.authority() + "/team/model";
      ship(from + ":v1", from + ":v2").succeeds();
      String a = "oci:" + folder.resolve("a");
      String b = "oci:" + folder.resolve("b");
      run("mirror", from, a, b, "--verify").succeeds();
      holds(a, "v1", "v2");
      holds(b, "v1", "v2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "oci:%s/k:v1, oci:%s/./k:v1, are the same destination",
    "oci-archive:%s/k:v1, oci-archive:%s/k:v1, named twice",
    "registry.invalid/m, registry.invalid/m:latest, are the same destination",
    "registry.invalid/m:1, http://REGISTRY.invalid/m:1, are the same destination",
    "oci:%s/k, oci:%s/k:v1, cannot be told from",
    "oci:%s/k:v1, oci-archive:%s/k:v2, cannot be both a folder and a file",
  })
  void whatCannotWorkIsRefusedBeforeAnythingMoves(String one, String other, String why) {
    Run refused = ship(one.formatted(folder), other.formatted(folder));
    refused.failsWith(CoreError.USAGE_INVALID).says(why);
    assertThat(folder.resolve("k")).doesNotExist();
    ship("oci:" + folder.resolve("from") + ":v0").succeeds();
    run("copy", "oci:" + folder.resolve("from"), one.formatted(folder), other.formatted(folder));
    assertThat(folder.resolve("k")).doesNotExist();
  }

  @Test
  void anArchiveIsNotCopiedOntoItself() {
    String archive = "oci-archive:" + folder.resolve("k");
    ship(archive + ":v1").succeeds();
    run("copy", archive + ":v1", "oci-archive:" + folder + "/./k:v2")
        .failsWith(CoreError.USAGE_INVALID)
        .says("would overwrite it");
    holds(archive, "v1");
    String layout = "oci:" + folder.resolve("l");
    ship(layout + ":v1").succeeds();
    run("copy", layout + ":v1", layout + ":v2").succeeds();
    holds(layout, "v1", "v2");
  }

  @Test
  void aMirrorRefusesWhatCannotHoldItsTags() {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String from = "http://" + registry.authority() + "/team/model";
      ship(from + ":v1", from + ":v2").succeeds();
      run("mirror", from, "oci-archive:" + folder.resolve("k"))
          .failsWith(CoreError.USAGE_INVALID)
          .says("mirror to a layout");
      run("mirror", from, "oci:" + folder.resolve("k"), "oci:" + folder + "/./k")
          .failsWith(CoreError.USAGE_INVALID)
          .says("are the same destination");
      assertThat(folder.resolve("k")).doesNotExist();
    }
  }
}
