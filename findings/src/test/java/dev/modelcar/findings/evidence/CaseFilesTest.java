package dev.modelcar.findings.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.FindingsError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lies in a folder is read or listed, and nothing is waited for. */
@Timeout(60)
final class CaseFilesTest {
  private static final String UNKNOWN_NAME =
      "neither objects (.yaml, .yml, .json) nor a log (.log, .txt, .out, .err) by its name";

  @TempDir Path folder;

  @BeforeEach
  void aPod() throws IOException {
    write("pod.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}, status: {phase: Running}}");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  private Case read() {
    return CaseFolder.read(folder);
  }

  private void pipe(String name) throws IOException {
    try {
      int code = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start().waitFor();
      assertThat(code).isZero();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void pipesAreListedAndNotOpened() throws IOException {
    for (String name : new String[] {"a.yaml", "p.main.log", "notes.txt", "any"}) {
      pipe(name);
    }
    Files.createSymbolicLink(folder.resolve("link.log"), folder.resolve("any"));
    Case known = read();
    assertThat(known.objects()).hasSize(1);
    assertThat(known.gaps())
        .containsExactly(
            "a.yaml was not read: a pipe, a socket or a device",
            "any was not read: a pipe, a socket or a device",
            "link.log was not read: a link to a pipe, a socket or a device",
            "notes.txt was not read: a pipe, a socket or a device",
            "p.main.log was not read: a pipe, a socket or a device");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "/dev/null"})
  void aPipeOrDeviceAloneIsRefused(String name) throws IOException {
    pipe("pipe");
    assertThatThrownBy(() -> CaseFolder.read(folder.resolve(name)))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(FindingsError.CASE_UNREADABLE))
        .hasMessageContaining("neither a file nor a folder");
  }

  @Test
  void emptyFilesAreListedUnlessAPodPrintedNothing() throws IOException {
    write("empty.yaml", "");
    write("kubectl.txt", "");
    write("q.main.log", "");
    write("p.main.log", "");
    Case known = read();
    assertThat(known.gaps())
        .containsExactlyInAnyOrder(
            "empty.yaml was not read: it is empty",
            "kubectl.txt was not read: it is empty",
            "q.main.log was not read: it is empty");
    assertThat(known.logs()).singleElement().extracting(ContainerLog::pod).isEqualTo("p");
  }

  @Test
  void binaryFilesAreListed() throws IOException {
    byte[] bytes = new byte[20_000];
    new Random(7).nextBytes(bytes);
    Files.write(folder.resolve("p.main.log"), bytes);
    Files.write(folder.resolve("core.json"), bytes);
    assertThat(read().gaps())
        .containsExactlyInAnyOrder(
            "p.main.log was not read: it is not text", "core.json was not read: it is not text");
  }

  /** Logs of other encodings, in colour, and those that were cut while they were written. */
  @Test
  void whatIsTextIsRead() throws IOException {
    write("p.a.log", "\u001b[31mError: kein Platz für das Modell\u001b[0m\n\tat x\n");
    Files.write(
        folder.resolve("p.b.log"),
        "Fehler: kein Zugriff für".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(folder.resolve("p.c.log"), "\ufeffError: no\n".getBytes(StandardCharsets.UTF_16LE));
    Files.write(
        folder.resolve("p.d.log"),
        ("\0".repeat(5000) + "Error: late\n").getBytes(StandardCharsets.UTF_8));
    write("p.e.log", "错误：没有权限\n");
    Case known = read();
    assertThat(known.gaps()).isEmpty();
    assertThat(known.logs()).hasSize(5);
  }

  @Test
  void namesThatAreNotKnownAreListedAndNotesAreNot() throws IOException {
    write("logs/p.log.zst", "x");
    write("README.md", "notes");
    write("page.html", "<p>");
    write(".git/HEAD", "ref");
    write(".DS_Store", "x");
    assertThat(read().gaps()).containsExactly("logs/p.log.zst was not read: " + UNKNOWN_NAME);
    for (int i = 0; i < 30; i++) {
      write("more/" + i + ".bin", "x");
    }
    assertThat(read().gaps()).hasSize(21).last().isEqualTo("11 more files were not read");
  }

  @Test
  void aFileOfAnyNameIsReadIfItIsNamedItself() throws IOException {
    Path file = write("saved", "Error: write /x: no space left on device\n");
    Case known = CaseFolder.read(file);
    assertThat(known.logs()).hasSize(1);
    Path link =
        Files.createSymbolicLink(folder.resolveSibling("link-" + folder.getFileName()), folder);
    try {
      assertThat(CaseFolder.read(link).objects()).hasSize(1);
    } finally {
      Files.delete(link);
    }
  }

  /** The API server's own lists name the kind once. */
  @Test
  void theItemsOfAListHaveItsKindAndVersion() throws IOException {
    write("list.yaml", "{apiVersion: v1, kind: PodList, items: [{metadata: {name: a}}]}");
    assertThat(read().objects())
        .filteredOn(object -> object.name().equals("a"))
        .singleElement()
        .satisfies(object -> {
          assertThat(object.kind()).isEqualTo("Pod");
          assertThat(object.text("apiVersion")).isEqualTo("v1");
        });
  }

  @Test
  void largeObjectsAreListed() throws IOException {
    write("large.yaml", "a: b\n" + "#".repeat(65 << 20));
    assertThat(read().gaps()).containsExactly("large.yaml was not read: larger than 64 MiB");
  }
}
