package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A target of each kind, and what must not be there after a failure. */
final class Places implements AutoCloseable {
  private static final String REPOSITORY = "team/model";

  private final FakeRegistry registry = FakeRegistry.start();
  private final Path folder;

  Places(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("places"));
  }

  /** A home without any file, so that nothing of the machine's user is seen. */
  Map<String, String> variables() {
    return Map.of("HOME", folder.resolve("home").toString());
  }

  FakeRegistry registry() {
    return registry;
  }

  List<String> options() {
    return List.of("--base", "none", "--to", inRegistry(), "--to", layout(), "--to", archive());
  }

  String inRegistry() {
    return "http://" + registry.authority() + "/" + REPOSITORY + ":1";
  }

  String layout() {
    return "oci:" + folder.resolve("layout") + ":1";
  }

  String archive() {
    return "oci-archive:" + folder.resolve("image.tar") + ":1";
  }

  void showNothing() throws IOException {
    assertThat(registry.tags(REPOSITORY)).isEmpty();
    assertThat(registry.requests(RegistryRequestKind.MANIFEST_PUT)).isEmpty();
    assertThat(folder.resolve("layout/index.json")).doesNotExist();
    assertThat(folder.resolve("layout/oci-layout")).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .as("neither an archive nor a part of one")
          .noneMatch(name -> name.contains("image.tar"));
    }
  }

  @Override
  public void close() {
    registry.close();
  }
}
