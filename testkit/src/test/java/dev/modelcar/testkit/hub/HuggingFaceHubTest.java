package dev.modelcar.testkit.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official client takes the hub for the real one. */
final class HuggingFaceHubTest {
  private static final String DOWNLOAD =
      """
      import sys
      from huggingface_hub import snapshot_download
      snapshot_download(sys.argv[1], revision=sys.argv[2], local_dir=sys.argv[3])
      """;

  private static final String QUESTIONS =
      """
      from huggingface_hub import HfApi
      api = HfApi()
      info = api.model_info("org/name", files_metadata=True)
      print("siblings", len(info.siblings), info.siblings[0].size)
      print("tree", len(list(api.list_repo_tree("org/name", recursive=True))))
      print("paths", [p.path for p in api.get_paths_info("org/name", ["config.json", "onnx"])])
      print("refs", [b.name for b in api.list_repo_refs("org/name").branches])
      print("user", api.whoami()["name"])
      try:
          api.model_info("org/none")
      except Exception as e:
          print("missing", type(e).__name__)
      try:
          api.hf_hub_download("org/gated", "config.json")
      except Exception as e:
          print("gated", type(e).__name__)
      """;

  private final GeneratedModel model =
      GeneratedModel.llama(1, 3, 3 << 20).withOnnx().withFile("sub/a b.txt", Content.of("x"));

  @TempDir private Path folder;

  @BeforeAll
  static void needsTheClient() throws Exception {
    assumeTrue(canImport(), "missing: huggingface_hub, which python3 cannot import");
  }

  private static boolean canImport() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import huggingface_hub")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String python(FakeHub hub, String script, String... arguments) throws Exception {
    Path file = Files.writeString(folder.resolve("script.py"), script);
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder = new ProcessBuilder("python3", file.toString());
    builder.command().addAll(List.of(arguments));
    builder
        .environment()
        .putAll(
            Map.of(
                "HF_ENDPOINT", hub.endpoint().toString(),
                "HF_HOME", folder.resolve("home").toString(),
                "HF_TOKEN", "hf_test",
                "HF_HUB_DISABLE_TELEMETRY", "1",
                "HF_HUB_DISABLE_PROGRESS_BARS", "1"));
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private void assertDownloaded(Path target) {
    for (GeneratedFile file : model.files()) {
      assertThat(target.resolve(file.path())).hasBinaryContent(file.content().bytes());
    }
  }

  @Test
  void downloadsASnapshot() throws Exception {
    try (FakeHub hub = FakeHub.start().pageSize(5)) {
      hub.add("org/name", model);
      Path target = folder.resolve("target");
      python(hub, DOWNLOAD, "org/name", "main", target.toString());

      assertDownloaded(target);
      assertThat(hub.leakedTokens()).isZero();
      assertThat(hub.requests(HubRequestKind.REVISION)).hasSize(1);
      assertThat(hub.requests(HubRequestKind.TREE)).hasSize(4);
      assertThat(hub.requests(HubRequestKind.CDN)).hasSize(4);
      assertThat(hub.requests())
          .filteredOn(request -> request.kind() != HubRequestKind.CDN)
          .allMatch(HubRequest::hadToken);
    }
  }

  @Test
  void downloadsAPullRequestDespiteFaults() throws Exception {
    try (FakeHub hub = FakeHub.start()) {
      String sha = "c".repeat(40);
      hub.repository("org/name").commit(sha, model).pullRequest(1, sha);
      hub.faults()
          .once(HubRequestKind.CDN, new Fault.Truncate(1_000_000))
          .once(HubRequestKind.CDN, new Fault.Drop(When.IN_ANSWER, 2_000_000))
          .once(HubRequestKind.TREE, new HubFault.QuotaExhausted(0));
      Path target = folder.resolve("target");
      python(hub, DOWNLOAD, "org/name", "refs/pr/1", target.toString());

      assertDownloaded(target);
      assertThat(hub.faults().hits()).isEqualTo(3);
    }
  }

  @Test
  void answersItsQuestions() throws Exception {
    try (FakeHub hub = FakeHub.start()) {
      hub.add("org/name", model);
      hub.add("org/gated", model).gate("hf_other");
      String text = python(hub, QUESTIONS);
      assertThat(text)
          .contains("siblings " + model.files().size())
          .contains("tree " + (model.files().size() + 2))
          .contains("paths ['config.json', 'onnx']")
          .contains("refs ['main']")
          .contains("user tester")
          .contains("missing RepositoryNotFoundError")
          .contains("gated GatedRepoError");
    }
  }
}
