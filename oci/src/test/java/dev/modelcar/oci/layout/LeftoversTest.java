package dev.modelcar.oci.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process has left of an image that it wrote. */
final class LeftoversTest {
  private static final String ID = "0b8a4c1e-43a8-4f0e-9d2b-8f3c5d6e7a90";
  private static final Duration LONG_AGO = Duration.ofHours(1);

  @TempDir Path folder;

  private Path left(Path file, Duration ago) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "bytes of a model");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(ago)));
  }

  @Test
  void goesWhenTheArchiveIsWrittenAgain() throws IOException {
    Path leftover = left(folder.resolve(".image.tar." + ID + ".part"), LONG_AGO);
    Path young = left(folder.resolve(".image.tar.1" + ID + ".part"), Duration.ZERO);
    Path other = left(folder.resolve(".other.tar." + ID + ".part"), LONG_AGO);
    try (OciArchiveWriter writer =
        new OciArchiveWriter(
            new ImageReference.Archive(folder.resolve("image.tar"), Optional.empty()))) {
      writer.prepare(List.of());
      assertThat(leftover).doesNotExist();
      assertThat(young).as("may be somebody's at work").exists();
      assertThat(other).as("of another archive").exists();
    }
  }

  @Test
  void goesWhenTheLayoutIsWrittenAgain() throws IOException {
    Path parts = folder.resolve("layout").resolve(".modelcar-parts");
    Path leftover = left(parts.resolve(ID), LONG_AGO);
    Path lock = left(parts.resolve("lock"), LONG_AGO);
    try (OciLayout layout =
        new OciLayout(new ImageReference.Layout(folder.resolve("layout"), Optional.empty()))) {
      layout.prepare(List.of());
      assertThat(leftover).doesNotExist();
      assertThat(lock).as("no part of an image").exists();
    }
  }
}
