package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts and archives in which several images have one name, as {@code docker save} writes. */
final class SameNameTest {
  private static final String INDEX_START =
      "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index";

  @TempDir Path folder;

  private final FakeRegistry registry = FakeRegistry.start();
  private String first = "";
  private String second = "";

  @BeforeEach
  void makeImages() throws IOException {
    first = ship("a", 1, "linux/amd64");
    second = ship("b", 2, "linux/arm64");
    rename(folder.resolve("layout/index.json"));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Run run(String... words) {
    return Run.of(Map.of("HOME", folder.resolve("home").toString()), words);
  }

  private String ship(String tag, int seed, String platform) throws IOException {
    Path model = folder.resolve("model-" + tag);
    GeneratedModel.llama(seed, 1, 64 << 10).writeTo(model);
    String to = "oci:" + folder.resolve("layout") + ":" + tag;
    Run run = run("ship", "" + model, "--base=none", "--platform", platform, "--to", to);
    return run.succeeds().out().strip().replaceFirst(".*@", "");
  }

  /** Both are called {@code latest}, and differ in their full names. */
  private static void rename(Path index) throws IOException {
    String json = Files.readString(index);
    for (String tag : List.of("a", "b")) {
      json =
          json.replace(
              "\"org.opencontainers.image.ref.name\":\"" + tag + "\"",
              ("\"io.containerd.image.name\":\"docker.io/team/%s:latest\","
                      + "\"org.opencontainers.image.ref.name\":\"latest\"")
                  .formatted(tag));
    }
    Files.writeString(index, json);
  }

  private void refuses(Run run) {
    run.failsWith(OciError.IMAGE_NOT_FOUND)
        .says("docker.io/team/a:latest " + first + " (linux/amd64)")
        .says("docker.io/team/b:latest " + second + " (linux/arm64)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":latest"})
  void whatIsAmbiguousIsRefusedByEveryCommandThatReads(String name) {
    String image = "oci:" + folder + "/layout" + name;
    refuses(run("inspect", image));
    refuses(run("verify", image));
    refuses(run("copy", image, "oci:" + folder + "/copy:1"));
    refuses(run("ship", folder + "/model-a", "--base", image, "--to", "oci:" + folder + "/s:1"));
    refuses(run("build", folder + "/model-a", "--base", image, "--recipe", folder + "/recipe"));
    assertThat(folder.resolve("copy")).doesNotExist();
    assertThat(run("inspect", image).err()).contains("oci:" + folder + "/layout@DIGEST");
  }

  @Test
  void fullNamesAndDigestsSelectOne() {
    String layout = "oci:" + folder + "/layout";
    for (String image :
        List.of(
            layout + ":docker.io/team/b:latest",
            layout + ":team/b:latest",
            layout + ":b:latest",
            layout + "@" + second,
            layout + ":latest@" + second)) {
      assertThat(run("inspect", image).succeeds().out()).contains("digest     " + second);
      run("verify", image, "--deep").succeeds();
      String to = "http://" + registry.authority() + "/team/model";
      assertThat(run("copy", image, to).succeeds().out()).contains(second);
      run(
              "ship",
              folder + "/model-a",
              "--base",
              image,
              "--platform",
              "linux/arm64",
              "--to",
              to + ":s")
          .succeeds();
    }
    assertThat(registry.tags("team/model")).containsExactlyInAnyOrder("latest", "s");
  }

  @Test
  void archivesAreReadTheSameWay() throws IOException {
    String archive = "oci-archive:" + folder + "/two.tar";
    Path model = folder.resolve("model-a");
    run("ship", "" + model, "--base=none", "--to", archive + ":a", "--to", archive + ":b")
        .succeeds();
    String digest =
        run("inspect", archive + ":a").out().replaceFirst("(?s).*digest +(\\S+).*", "$1");
    renameInArchive(folder.resolve("two.tar"));
    assertThat(run("inspect", archive).succeeds().out())
        .as("two names, one image")
        .contains(digest);
    run("inspect", archive + ":latest").succeeds();
    run("inspect", archive + ":docker.io/team/b:latest").succeeds();
    run("verify", archive + "@" + digest).succeeds();
    run("inspect", archive + "@sha256:" + "0".repeat(64)).failsWith(OciError.IMAGE_NOT_FOUND);
    run("inspect", archive + ":c")
        .failsWith(OciError.IMAGE_NOT_FOUND)
        .says("that is there: latest");
  }

  private static void renameInArchive(Path archive) throws IOException {
    String text = Files.readString(archive, StandardCharsets.ISO_8859_1);
    int start = text.indexOf(INDEX_START);
    Path index = Files.createTempFile(archive.getParent(), "index", ".json");
    Files.writeString(index, text.substring(start, text.indexOf("   ", start)));
    rename(index);
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
      file.seek(start);
      file.write(Files.readAllBytes(index));
    }
  }

  @Test
  void nothingIsWrittenInThePlaceOfSeveral() throws IOException {
    Path index = folder.resolve("layout/index.json");
    String before = Files.readString(index);
    String to = "oci:" + folder + "/layout:latest";
    refuses(run("ship", folder + "/model-a", "--base=none", "--to", to));
    assertThat(index).hasContent(before);
  }

  @Test
  void aDigestIsNoDestination() {
    String to = "oci:" + folder + "/layout@" + first;
    run("ship", folder + "/model-a", "--base=none", "--to", to)
        .failsWith(OciError.TARGET_IS_DIGEST);
    run("copy", to, "oci-archive:" + folder + "/x.tar@" + first)
        .failsWith(OciError.TARGET_IS_DIGEST);
    assertThat(run("mirror", to, "oci:" + folder + "/m").code()).isEqualTo(2);
  }
}
