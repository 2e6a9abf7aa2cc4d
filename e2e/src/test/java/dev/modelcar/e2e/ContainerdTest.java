package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's runtime pulls our image and runs in it what KServe runs. */
final class ContainerdTest {
  /** The user that KServe gives to the model's container and to the server. */
  private static final String USER = "1010";

  /** KServe's own words (pkg/utils/storage.go). */
  private static final String CHECK =
      "echo 'Pre-fetching modelcar ' && [ -d /models ] && [ \"$(ls -A /models)\" ] && echo 'OK'"
          + " || (echo 'NOK ... Prefetched but modelcar is invalid' && exit 1)";

  private static final String SIDECAR = "ln -sf /proc/$$/root/models /mnt/models && sleep infinity";

  private static final String SERVER = "cd /mnt/models/ && find . -type f | sort | xargs sha256sum";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final GeneratedModel model = GeneratedModel.llama(11, 3, 6 << 20);

  @TempDir private Path folder;
  private ChildProcess daemon;

  @BeforeEach
  void startContainerd() throws IOException {
    Programs.needRoot();
    Programs.need("runc");
    String containerd = Programs.need("containerd");
    Path configuration =
        Files.writeString(
            folder.resolve("containerd.toml"),
            """
            version = 2
            root = "%1$s/root"
            state = "%1$s/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "%1$s/containerd.sock"
            """
                .formatted(folder));
    Path home = Files.createDirectories(folder.resolve("daemon"));
    daemon =
        ChildProcess.start(
            ChildProcess.Command.in(
                home, List.of(containerd, "--config", configuration.toString())));
  }

  @AfterEach
  void stopContainerd() {
    if (daemon != null) {
      daemon.close();
    }
  }

  private String ctr(String... words) throws IOException {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                Programs.need("ctr"),
                "--address",
                folder.resolve("containerd.sock").toString(),
                "--connect-timeout",
                "30s"));
    all.addAll(List.of(words));
    return Programs.run(folder, all.toArray(String[]::new));
  }

  @Test
  void kservesCommandServesTheModel() throws Exception {
    String reference;
    try (FakeHub hub = FakeHub.start();
        RunningRegistry registry =
            Programs.need(RealRegistry.Kind.DISTRIBUTION_2).start(folder.resolve("registry"))) {
      hub.add("org/name", model);
      String target = registry.authority() + "/models/llama:v1";
      String digest =
          Modelcar.in(folder.resolve("home"))
              .with(hub)
              .ship(
                  "hf://org/name",
                  "--base",
                  "dir:" + Images.busyboxRoot(folder.resolve("base")),
                  "--user",
                  USER,
                  "--plain-http",
                  "--to",
                  target);
      reference = registry.authority() + "/models/llama@" + digest;
      ctr("images", "pull", "--plain-http", reference);
    }
    assertThat(ctr("run", "--rm", reference, "modelcar-init", "sh", "-c", CHECK)).contains("OK");

    Path shared = Files.createDirectories(folder.resolve("mnt"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    String mount = "type=bind,src=" + shared + ",dst=/mnt,options=rbind:rw";
    ctr("run", "--detach", "--mount", mount, reference, "modelcar", "sh", "-c", SIDECAR);
    try {
      String pid = pidOf("modelcar");
      assertThat(Files.readString(Path.of("/proc", pid, "status")))
          .contains("Uid:\t%1$s\t%1$s\t%1$s\t%1$s".formatted(USER));
      awaitLink(shared.resolve("models"));
      Images.assertHolds(
          Path.of("/proc", pid, "root", "models"), model, folder.resolve("expected"));
      String seen =
          ctr(
              "run",
              "--rm",
              "--mount",
              mount,
              "--with-ns",
              "pid:/proc/" + pid + "/ns/pid",
              reference,
              "server",
              "sh",
              "-c",
              SERVER);
      assertThat(seen.lines())
          .containsExactlyInAnyOrderElementsOf(
              model.files().stream().map(ContainerdTest::sumLine).collect(Collectors.toList()));
    } finally {
      ctr("tasks", "kill", "--signal", "KILL", "modelcar");
      ctr("tasks", "delete", "--force", "modelcar");
      ctr("containers", "delete", "modelcar");
    }
  }

  private static String sumLine(GeneratedFile file) {
    return file.sha256() + "  ./" + file.path();
  }

  private String pidOf(String task) throws IOException {
    return ctr("tasks", "list")
        .lines()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(columns -> columns[0].equals(task))
        .map(columns -> columns[1])
        .findFirst()
        .orElseThrow();
  }

  /** The shell makes the link when it gets to it. */
  private void awaitLink(Path link) throws IOException {
    ChildProcess.Command wait =
        ChildProcess.Command.in(
            Files.createDirectories(folder.resolve("wait")),
            List.of("sh", "-c", "until [ -L " + link + " ]; do sleep 0.05; done"));
    try (ChildProcess process = ChildProcess.start(wait)) {
      assertThat(process.await(PATIENCE)).hasValue(0);
    }
  }
}
