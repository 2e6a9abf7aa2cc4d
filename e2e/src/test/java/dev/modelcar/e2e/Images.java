package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Root folders to build on, and folders that models were unpacked into. */
final class Images {
  /** What KServe's commands use, and what a model server of the tests uses. */
  private static final List<String> COMMANDS =
      List.of("sh", "ls", "ln", "mkdir", "sleep", "cat", "find", "sort", "xargs", "sha256sum");

  private Images() {}

  /** A root folder with nothing but a static busybox and its names. */
  static Path busyboxRoot(Path folder) throws IOException {
    Path programs = Files.createDirectories(folder.resolve("bin"));
    Path busybox = programs.resolve("busybox");
    Files.copy(Path.of(Programs.need("busybox")), busybox);
    for (String command : COMMANDS) {
      Files.createSymbolicLink(programs.resolve(command), Path.of("busybox"));
    }
    return folder;
  }

  /** Unpacks an image of a layout, and returns its root folder. */
  static Path unpack(Path layout, String tag, Path bundle) throws IOException {
    Programs.run(
        bundle.toAbsolutePath().normalize().resolveSibling("."),
        Programs.need("umoci"),
        "unpack",
        "--rootless",
        "--image",
        layout + ":" + tag,
        bundle.toString());
    return bundle.resolve("rootfs");
  }

  /** Compares byte for byte; a folder with more or fewer files differs too. */
  static void assertHolds(Path models, GeneratedModel model, Path scratch) throws IOException {
    model.writeTo(scratch);
    for (GeneratedFile file : model.files()) {
      assertThat(models.resolve(file.path())).hasSameBinaryContentAs(scratch.resolve(file.path()));
    }
    assertThat(paths(models)).containsExactlyInAnyOrderElementsOf(paths(scratch));
  }

  private static List<String> paths(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .toList();
    }
  }
}
