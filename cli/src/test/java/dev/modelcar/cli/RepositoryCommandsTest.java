package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.cli.views.Terminal;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags are listed, given and deleted, in registries and layouts. */
final class RepositoryCommandsTest {
  @TempDir Path folder;

  private final FakeRegistry registry = FakeRegistry.start();
  private String inRegistry = "";
  private String inLayout = "";
  private String digest = "";

  @BeforeEach
  void ship() throws IOException {
    inRegistry = "http://" + registry.authority() + "/team/model";
    inLayout = "oci:" + folder.resolve("layout");
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    for (String tag : List.of("v1", "v2")) {
      String out =
          run(
                  "ship",
                  "" + model,
                  "--base=none",
                  "--to=" + inRegistry + ":" + tag,
                  "--to=" + inLayout + ":" + tag)
              .succeeds()
              .out();
      digest = out.strip().replaceFirst("(?s).*@", "");
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Run run(String... words) {
    return Run.of(Map.of("HOME", folder.resolve("home").toString()), words);
  }

  private Run answering(String answer, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            Map.of("HOME", folder.resolve("home").toString()),
            new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.of(Terminal.ofStandardError(OutputStream.nullOutputStream(), Map.of())));
    int code = Cli.run(environment, words);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void tagsAreListed() throws IOException {
    for (String where : List.of(inRegistry, inLayout)) {
      assertThat(run("tags", where).succeeds().out()).isEqualTo("v1\nv2\n");
      assertThat(run("tags", where, "--digests").succeeds().out())
          .isEqualTo("%1$s  v1\n%1$s  v2\n".formatted(digest));
      JsonNode json = Json.parse(run("tags", where, "--digests", "-o", "json").succeeds().out());
      assertThat(json.at("/tags/1/tag").asText()).isEqualTo("v2");
      assertThat(json.at("/tags/1/digest").asText()).isEqualTo(digest);
      assertThat(run("tags", where + ":v1").code()).isEqualTo(2);
    }
    run("tags", inRegistry + "-none").failsWith(OciError.IMAGE_NOT_FOUND);
  }

  @Test
  void aTagIsGivenWithoutMovingAnything() {
    long before = registry.bytesReceived();
    for (String where : List.of(inRegistry, inLayout)) {
      assertThat(run("tag", where + ":v1", "stable").succeeds().out()).contains(digest);
      run("tag", where + "@" + digest, "pinned").succeeds();
      assertThat(run("tags", where).out().lines()).containsExactly("pinned", "stable", "v1", "v2");
      run("verify", where + ":stable", "--deep").succeeds();
      run("tag", where + ":none", "x").failsWith(OciError.IMAGE_NOT_FOUND);
      assertThat(run("tag", where + ":v1", "other.example/team/model:v1").err())
          .contains("modelcar copy");
    }
    assertThat(registry.bytesReceived()).isEqualTo(before);
  }

  @Test
  void oneTagIsDeletedAndTheOtherStays() {
    for (String where : List.of(inRegistry, inLayout)) {
      assertThat(run("rm", where + ":v1", "--yes").succeeds().out()).contains("deleted", digest);
      assertThat(run("tags", where).out()).isEqualTo("v2\n");
      run("verify", where + ":v2").succeeds();
      run("rm", where + ":v1", "--yes").failsWith(OciError.IMAGE_NOT_FOUND);
    }
  }

  @Test
  void anImageIsDeletedWithAllItsTags() {
    for (String where : List.of(inRegistry, inLayout)) {
      run("rm", where + "@" + digest, "--yes").succeeds();
      run("tags", where).failsWith(OciError.IMAGE_NOT_FOUND);
    }
  }

  @Test
  void whoeverIsAskedMaySayNo() {
    answering("n\n", "rm", inRegistry + ":v1")
        .succeeds()
        .says("Delete")
        .says("nothing was deleted");
    answering("", "rm", inRegistry + ":v1").succeeds().says("nothing was deleted");
    run("rm", inRegistry + ":v1").failsWith(CoreError.USAGE_INVALID).says("--yes");
    assertThat(registry.tags("team/model")).containsExactly("v1", "v2");
    answering("y\n", "rm", inRegistry + ":v1").succeeds();
    assertThat(registry.tags("team/model")).containsExactly("v2");
  }

  @Test
  void aRegistryThatDoesNotDeleteIsNamed() {
    registry.faults().always(RegistryRequestKind.MANIFEST_DELETE, Fault.status(405));
    run("rm", inRegistry + "@" + digest, "--yes")
        .failsWith(OciError.REGISTRY_REFUSED)
        .says("does not delete images");
    run("rm", inRegistry + ":v1", "--yes")
        .failsWith(OciError.REGISTRY_REFUSED)
        .says("has the tags v2 as well");
    assertThat(registry.tags("team/model")).containsExactly("v1", "v2");
  }

  @Test
  void aRegistryThatDeletesImagesOnlyLosesNoOtherTag() {
    registry
        .faults()
        .add(
            RegistryRequestKind.MANIFEST_DELETE,
            target -> !target.contains("sha256"),
            0,
            100,
            Fault.status(405));
    run("rm", inRegistry + ":v1", "--yes").failsWith(OciError.REGISTRY_REFUSED);
    registry.forgetManifest("team/model", "v2");
    run("rm", inRegistry + ":v1", "--yes").succeeds();
    assertThat(registry.tags("team/model")).isEmpty();
  }

  @Test
  void anArchiveStaysAsItIs() {
    String archive = "oci-archive:" + folder.resolve("image.tar");
    run("copy", inLayout + ":v1", archive + ":v1").succeeds();
    assertThat(run("tags", archive).succeeds().out()).isEqualTo("v1\n");
    run("rm", archive + ":v1", "--yes").failsWith(OciError.TARGET_INVALID);
    assertThat(run("tag", archive + ":v1", "v2").code()).isEqualTo(2);
    run("verify", archive + ":v1").succeeds();
  }
}
