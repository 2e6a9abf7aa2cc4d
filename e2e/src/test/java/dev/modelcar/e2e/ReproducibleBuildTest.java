package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same sources in another folder, with other file times, give the same bytes. */
final class ReproducibleBuildTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

  @TempDir private Path folder;

  @Test
  void aSecondBuildGivesTheSameJars() throws Exception {
    String maven = Programs.need("mvn");
    Path root = Path.of(System.getProperty("modelcar.root")).normalize();
    Path copy = folder.resolve("elsewhere");
    copySources(root, copy);
    Programs.run(
        copy,
        Map.of("JAVA_HOME", System.getProperty("java.home"), "TZ", "Asia/Kathmandu"),
        maven,
        "-o",
        "-q",
        "-B",
        "-pl",
        "cli",
        "-am",
        "package",
        "-Dmaven.test.skip=true",
        // Checks change no byte of a class, and take most of the time.
        "-Dunchecked",
        "-Dspotless.check.skip=true");
    List<Path> jars = jars(root.resolve("cli/target"));
    assertThat(jars).hasSizeGreaterThan(5);
    for (Path jar : jars) {
      assertThat(copy.resolve("cli/target").resolve(jar))
          .hasSameBinaryContentAs(root.resolve("cli/target").resolve(jar));
    }
  }

  private static List<Path> jars(Path target) throws IOException {
    try (Stream<Path> all = Files.walk(target)) {
      return all.filter(file -> file.getFileName().toString().matches("modelcar-.*\\.jar"))
          .map(target::relativize)
          .toList();
    }
  }

  private static void copySources(Path root, Path copy) throws IOException {
    Set<String> skipped = Set.of("target", ".git", "test");
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (!from.equals(root) && skipped.contains(from.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(copy.resolve(root.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            Path to = Files.copy(from, copy.resolve(root.relativize(from)));
            Files.setLastModifiedTime(to, LONG_AGO);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
