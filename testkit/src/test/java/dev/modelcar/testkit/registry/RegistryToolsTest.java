package dev.modelcar.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.Tools;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tools that people use take the registry for a real one, whatever its habits. */
final class RegistryToolsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final GeneratedFile weights =
      GeneratedModel.llama(1, 1, 12 << 20).file("model.safetensors");

  @TempDir private Path folder;

  static Stream<Habits> habits() {
    return Stream.of(
        Habits.standard(),
        Habits.distribution2(),
        Habits.distribution3(),
        Habits.zot(),
        Habits.quay(),
        Habits.ecr());
  }

  private String run(String tool, String... arguments) throws IOException {
    Optional<Path> program = Tools.find(tool);
    assumeTrue(program.isPresent(), Tools.missing(tool));
    List<String> words = new ArrayList<>();
    words.add(program.get().toString());
    words.addAll(List.of(arguments));
    ChildProcess.Command command =
        ChildProcess.Command.in(folder, words)
            .withEnvironment(Map.of("HOME", folder.toString(), "DOCKER_CONFIG", folder.toString()));
    try (ChildProcess process = ChildProcess.start(command)) {
      assertThat(process.await(PATIENCE)).as(process.output()).hasValue(0);
      return process.output();
    }
  }

  private Path weightsFile() throws IOException {
    Path file = folder.resolve("model.safetensors");
    if (!Files.exists(file)) {
      Files.write(file, weights.content().bytes());
    }
    return file;
  }

  private void pushWithOras(FakeRegistry registry, String reference) throws IOException {
    weightsFile();
    run(
        "oras",
        "push",
        "--plain-http",
        registry.authority() + "/" + reference,
        "model.safetensors:application/vnd.test");
  }

  @ParameterizedTest
  @MethodSource("habits")
  void orasPushesAndPulls(Habits habits) throws IOException {
    try (FakeRegistry registry = FakeRegistry.start(habits)) {
      pushWithOras(registry, "org/model:v1");
      Path back = folder.resolve("back");
      run(
          "oras",
          "pull",
          "--plain-http",
          "--output",
          back.toString(),
          registry.authority() + "/org/model:v1");
      assertThat(Files.mismatch(weightsFile(), back.resolve("model.safetensors"))).isEqualTo(-1);
      assertThat(registry.bytesReceived("sha256:" + weights.sha256())).isEqualTo(12 << 20);
    }
  }

  @ParameterizedTest
  @MethodSource("habits")
  void craneAppendsAndValidates(Habits habits) throws IOException {
    try (FakeRegistry registry = FakeRegistry.start(habits)) {
      String tar = folder.resolve("layer.tar").toString();
      weightsFile();
      run("tar", "cf", tar, "-C", folder.toString(), "model.safetensors");
      String image = registry.authority() + "/org/image:v1";
      run("crane", "append", "--insecure", "--new_tag", image, "--new_layer", tar);
      run("crane", "validate", "--insecure", "--remote", image);
      assertThat(run("crane", "ls", "--insecure", registry.authority() + "/org/image"))
          .contains("v1");
    }
  }

  @ParameterizedTest
  @MethodSource("habits")
  void skopeoCopies(Habits habits) throws IOException {
    try (FakeRegistry registry = FakeRegistry.start(habits)) {
      pushWithOras(registry, "org/model:v1");
      String from = "docker://" + registry.authority() + "/org/model:v1";
      String to = "docker://" + registry.authority() + "/other/model:v2";
      run(
          "skopeo",
          "--insecure-policy",
          "copy",
          "--src-tls-verify=false",
          "--dest-tls-verify=false",
          from,
          to);
      assertThat(registry.manifest("other/model", "v2").orElseThrow().digest())
          .isEqualTo(registry.manifest("org/model", "v1").orElseThrow().digest());
    }
  }

  @Test
  void regctlUploadsInChunks() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      run(
          "regctl",
          "registry",
          "set",
          registry.authority(),
          "--tls",
          "disabled",
          "--blob-chunk",
          "1048576",
          "--blob-max",
          "1048576");
      run(
          "regctl",
          "artifact",
          "put",
          "--artifact-type",
          "application/vnd.test",
          "--file",
          weightsFile().toString(),
          registry.authority() + "/org/model:v1");
      assertThat(registry.requests(RegistryRequestKind.UPLOAD_PATCH)).hasSizeGreaterThan(10);
      assertThat(registry.blob("sha256:" + weights.sha256())).isPresent();
    }
  }

  @Test
  void orasGetsATokenFirst() throws IOException {
    try (TokenServer tokens = TokenServer.start(folder).user("user", "secret");
        FakeRegistry registry =
            FakeRegistry.start(
                RegistrySettings.defaults().withAuth(new RegistryAuth.Bearer(tokens)))) {
      run("oras", "login", "--plain-http", "-u", "user", "-p", "secret", registry.authority());
      pushWithOras(registry, "org/model:v1");
      assertThat(registry.tags("org/model")).containsExactly("v1");
      assertThat(tokens.questions())
          .anyMatch(question -> question.scopes().contains("repository:org/model:pull,push"));
    }
  }
}
