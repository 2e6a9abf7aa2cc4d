package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a real bash completes, with and without its package for that, and manual pages as linters
 * see them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShellTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path PACKAGE = Path.of("/usr/share/bash-completion/bash_completion");

  /** What a shell has loaded before it gets our script. */
  enum Loaded {
    NOTHING(""),
    BASH_COMPLETION("source " + PACKAGE + "\n");

    private final String script;

    Loaded(String script) {
      this.script = script;
    }
  }

  /**
   * Does what readline does when Tab is pressed: splits the line at COMP_WORDBREAKS, calls the
   * function that is registered for the command, and prints the candidates.
   */
  private static final String TAB =
      """
      # It is for readline to do, and complains without.
      compopt() { :; }
      complete_line() {
        COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9; COMP_WORDS=(); COMPREPLY=()
        local word="" rest="$1" char
        while [ -n "$rest" ]; do
          char="${rest:0:1}"; rest="${rest:1}"
          case "$char" in
            " ") [ -n "$word" ] && COMP_WORDS+=("$word"); word="" ;;
            [:=]) [ -n "$word" ] && COMP_WORDS+=("$word"); COMP_WORDS+=("$char"); word="" ;;
            *) word+="$char" ;;
          esac
        done
        COMP_WORDS+=("$word"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        local registered; registered="$(complete -p modelcar)"
        [[ "$registered" =~ -F\\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" modelcar "$word" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf 'candidate:%s\\n' "${COMPREPLY[@]}"
      }
      """;

  @TempDir private static Path folder;
  private String bash = "";

  @BeforeAll
  void prepare() throws IOException {
    bash = Programs.need("bash");
    Path hub = folder.resolve(".cache/huggingface/hub/models--Qwen--Qwen3-0.6B/refs");
    Files.createDirectories(hub);
    Files.writeString(hub.resolve("main"), "0".repeat(40));
    Path root = Path.of(System.getProperty("modelcar.root")).normalize();
    Path program = Files.createDirectories(folder.resolve("bin")).resolve("modelcar");
    Files.writeString(
        program,
        "#!/bin/sh\nexec '%s' -XX:+UseSerialGC -jar '%s' \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                root.resolve("cli/target/modelcar-cli-0.1.0.jar")));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("completion.bash"), modelcar("completion"));
  }

  private static String modelcar(String... words) throws IOException {
    return Modelcar.in(folder).run(words);
  }

  private List<String> completed(Loaded loaded, String line) throws IOException {
    String script =
        loaded.script
            + "source "
            + folder.resolve("completion.bash")
            + "\n"
            + TAB
            + "complete_line '"
            + line
            + "'\n";
    Path file = Files.createTempFile(folder, "tab-", ".bash");
    Files.writeString(file, script);
    String path = folder.resolve("bin") + ":" + System.getenv("PATH");
    Map<String, String> variables = Map.of("HOME", folder.toString(), "PATH", path);
    Path output = Files.createTempFile(folder, "bash-", ".log");
    ChildProcess.Command command =
        new ChildProcess.Command(
            List.of(bash, "--norc", "--noprofile", file.toString()), variables, folder, output);
    try (ChildProcess process = ChildProcess.start(command)) {
      assertThat(process.await(PATIENCE)).as(process.output()).hasValue(0);
      String said = process.output();
      assertThat(said.lines()).as(said).allMatch(one -> one.startsWith("candidate:"));
      return said.lines().map(one -> one.substring("candidate:".length()).strip()).toList();
    }
  }

  @ParameterizedTest
  @EnumSource(Loaded.class)
  void commandsOptionsValuesAndModelsAreCompleted(Loaded loaded) throws IOException {
    Assumptions.assumeTrue(
        loaded == Loaded.NOTHING || Files.exists(PACKAGE), "missing: bash-completion");
    assertThat(completed(loaded, "modelcar sh")).contains("ship");
    assertThat(completed(loaded, "modelcar ship --verify")).contains("--verify-reuse");
    assertThat(completed(loaded, "modelcar deploy x --mode ")).contains("modelcar", "native");
    assertThat(completed(loaded, "modelcar registry ")).contains("list", "show");
    // The shell keeps what stands before the last colon.
    assertThat(completed(loaded, "modelcar ship hf:")).containsExactly("//Qwen/Qwen3-0.6B");
    assertThat(completed(loaded, "modelcar ship hf://Q")).containsExactly("//Qwen/Qwen3-0.6B");
    assertThat(completed(loaded, "modelcar ship hf://Qwen/Qwen3-0.6B@"))
        .containsExactly("//Qwen/Qwen3-0.6B@main");
  }

  /** Each linter that is there reads all pages, and has nothing to say. */
  @ParameterizedTest
  @MethodSource("linters")
  void lintersHaveNothingToSayOfManualPages(List<String> linter) throws IOException {
    String program = Programs.need(linter.getFirst());
    Path pages = folder.resolve("man-" + linter.getFirst());
    modelcar("man", "--output-dir", pages.toString());
    List<String> words = new ArrayList<>(linter);
    words.set(0, program);
    try (Stream<Path> files = Files.list(pages)) {
      files.map(Path::toString).sorted().forEach(words::add);
    }
    Path output = Files.createTempFile(folder, "lint-", ".log");
    try (ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Command(words, Map.of("LC_ALL", "C.UTF-8"), folder, output))) {
      assertThat(process.await(PATIENCE)).as(process.output()).hasValue(0);
      assertThat(process.output()).isEmpty();
    }
  }

  static Stream<List<String>> linters() {
    return Stream.of(
        List.of("mandoc", "-T", "lint"),
        // No page is printed, and what is left are complaints.
        List.of("groff", "-ww", "-z", "-man", "-Tutf8"));
  }

  @Test
  void theScriptIsOneThatBashReads() throws IOException {
    String script = folder.resolve("completion.bash").toString();
    assertThat(Programs.run(folder, bash, "-n", script)).isEmpty();
  }
}
