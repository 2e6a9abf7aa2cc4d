package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.cli.options.ConsumedFiles;
import dev.modelcar.core.CoreError;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.folder.FolderSource;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that remove files of the model once they are in the archive. */
final class ConsumingBuildTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;

  private Path model;
  private Path image;

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("model");
    image = folder.resolve("image");
    GeneratedModel.llama(61, 1, 4 << 20).writeTo(model);
  }

  private Run build(String... more) {
    return Run.of(
        Map.of("HOME", folder.toString()),
        List.of(more),
        "build",
        model.toString(),
        "--recipe",
        image.toString(),
        "--base=none",
        "--state-dir=none");
  }

  @Test
  void whatIsInTheArchiveIsGone() throws IOException {
    build("--format=oci-archive", "--consume").succeeds();
    try (var left = Files.walk(model)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(image.resolve("modelcar-image.tar")).exists();
    assertThat(model.resolve(".modelcar/consumed-files")).doesNotExist();
  }

  @Test
  void aSecondBuildKeepsWhatIsLeftOfTheModel() throws IOException {
    build("--format=oci-archive", "--consume").succeeds();
    byte[] archive = Files.readAllBytes(image.resolve("modelcar-image.tar"));
    build("--format=oci-archive", "--consume")
        .failsWith(SourceError.SOURCE_EMPTY)
        .says("an earlier build has left");
    assertThat(image.resolve("modelcar-image.tar")).hasBinaryContent(archive);
  }

  @Test
  void aFolderThatWasFetchedAnewIsAModelAgain() throws IOException {
    try (FakeHub hub = FakeHub.start();
        Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(model))) {
      new ConsumedFiles(model).free(snapshot.files());
      // The next revision has no file of that name.
      hub.add("org/model", GeneratedModel.llama(62, 2, 4 << 20));
      Map<String, String> environment =
          Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString());
      Run.of(environment, List.of(), "fetch", "hf://org/model", model.toString(), "--prune")
          .succeeds();
      build().succeeds();
      assertThat(model.resolve(".modelcar/consumed-files")).doesNotExist();
    }
  }

  @Test
  void aFolderThatWasFetchedInPartIsNone() throws IOException {
    try (FakeHub hub = FakeHub.start();
        Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(model))) {
      new ConsumedFiles(model).free(snapshot.files());
      hub.add("org/model", GeneratedModel.llama(61, 1, 4 << 20));
      Map<String, String> environment =
          Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString());
      Run.of(
              environment,
              List.of(),
              "fetch",
              "hf://org/model",
              model.toString(),
              "--include=*.json")
          .succeeds();
      build().failsWith(SourceError.SOURCE_NOT_FOUND);
    }
  }

  @Test
  void nothingGoesWhereThereIsNoSecondCopy() {
    build("--format=oci", "--consume=true").succeeds().says("--consume has no effect");
    assertThat(model.resolve(WEIGHTS)).exists();
    build("--format=tar").failsWith(CoreError.USAGE_INVALID);
  }

  @Test
  void whatAKilledBuildHasLeftIsNotTakenForAModel() throws IOException {
    byte[] weights = Files.readAllBytes(model.resolve(WEIGHTS));
    try (Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(model))) {
      // So far it came: the largest file is in an archive that nobody will see.
      List<ModelFile> first =
          snapshot.files().stream().filter(file -> file.path().equals(WEIGHTS)).toList();
      new ConsumedFiles(model).free(first);
    }
    assertThat(model.resolve(WEIGHTS)).doesNotExist();
    for (String format : List.of("oci", "oci-archive")) {
      build("--format=" + format)
          .failsWith(SourceError.SOURCE_NOT_FOUND)
          .says(
              "is missing model.safetensors, which an interrupted run with --consume has removed");
    }
    Files.write(model.resolve(WEIGHTS), weights);
    build("--format=oci-archive", "--consume").succeeds();
    assertThat(model.resolve(".modelcar/consumed-files")).doesNotExist();
  }
}
