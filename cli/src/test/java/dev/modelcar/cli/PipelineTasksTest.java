package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tasks of a pipeline hand to one another. */
final class PipelineTasksTest {
  @TempDir Path folder;

  private Path results;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    results = folder.resolve("results");
    model = folder.resolve("model");
    GeneratedModel.llama(71, 1, 64 << 10).writeTo(model);
  }

  private Run run(String... words) {
    return Run.of(Map.of("HOME", folder.toString()), words);
  }

  @Test
  void imagesAreVerifiedInRegistriesWithTlsAndWithout() throws IOException {
    TestTls tls = TestTls.create(Files.createDirectory(folder.resolve("tls")));
    RegistrySettings settings = RegistrySettings.defaults().withTls(tls.serverContext());
    try (FakeRegistry plain = FakeRegistry.start();
        FakeRegistry safe = FakeRegistry.start(settings)) {
      String one = "http://" + plain.authority() + "/team/model:1";
      String other = safe.authority() + "/team/model:1";
      String trust = "--ca-file=" + tls.caFile();
      run(
              "ship",
              model.toString(),
              "--base=none",
              trust,
              "--results-dir=" + results,
              "--targets",
              one,
              other)
          .succeeds();
      String images = Files.readString(results.resolve("IMAGES"));
      assertThat(images).as("what Tekton Chains signs").doesNotContain("http://");
      String quick = "--retry-for=300ms";
      assertThat(run("verify", images, trust, quick).code()).isNotZero();
      run("verify", images, trust, quick, "--targets", one, other).succeeds();
      run("verify", images, trust, quick, "--target", one).succeeds();
    }
  }

  @Test
  void theReportLooksForTheTagThatWasCopied() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String source = "http://" + registry.authority() + "/team/model:v1";
      String target = "http://" + registry.authority() + "/copies/model";
      run("ship", model.toString(), "--base=none", "--to=" + source).succeeds();
      run("copy", source, target).succeeds();
      String digest = registry.manifest("copies/model", "v1").orElseThrow().digest();
      assertThat(run("report", "--tag-of=" + source, "--targets", target).succeeds().out())
          .contains("has " + digest);
      assertThat(run("report", "--tag-of=", "--targets", target).succeeds().out())
          .contains("has no image yet");
      assertThat(run("report", "--tag-of=model", "--targets", target).succeeds().out())
          .contains(OciError.TARGET_INVALID.id());
    }
  }

  /** Nobody logs in to a pod. */
  @Test
  void aPodIsToldOfSecretsAndGroups() throws IOException {
    Map<String, String> pod =
        Map.of("HOME", folder.toString(), "KUBERNETES_SERVICE_HOST", "10.0.0.1");
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "secret"));
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      String target = "--to=http://" + registry.authority() + "/team/model:1";
      String[] words = {"ship", model.toString(), "--base=none", target, "--state-dir=none"};
      Run.of(pod, words)
          .says("-w dockerconfig=secret:NAME")
          .failsWith(OciError.REGISTRY_UNAUTHORIZED);
      assertThat(Run.of(pod, words).err()).doesNotContain("modelcar login");
      Run.of(Map.of("HOME", folder.toString()), words).says("modelcar login");
    }
    Path file = Files.createFile(folder.resolve("file"));
    Run.of(pod, "build", model.toString(), "--base=none", "--recipe=" + file.resolve("x"))
        .failsWith(OciError.TARGET_NOT_WRITABLE)
        .says("`modelcar run --fs-group 65532`");
  }
}
