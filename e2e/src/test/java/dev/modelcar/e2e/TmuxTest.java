package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The view of a terminal, as a real one shows it: tmux is asked for its screen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TmuxTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long SLOWLY = 1 << 20;

  @TempDir private static Path folder;
  private String tmux = "";
  private FakeHub hub = FakeHub.start();

  @BeforeAll
  void start() {
    tmux = Programs.need("tmux");
    GeneratedModel model = GeneratedModel.llama(83, 3, 8 << 20);
    model.hashAll();
    hub.add("team/model", model);
    var _ = hub.rateLimit(SLOWLY);
  }

  @AfterAll
  void stop() {
    hub.close();
  }

  private String tmux(String socket, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(tmux, "-S", folder.resolve(socket).toString()));
    all.addAll(List.of(words));
    Path output = Files.createTempFile(folder, "tmux-", ".log");
    try (ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Command(all, Map.of("LC_ALL", "C.UTF-8"), folder, output))) {
      var _ = process.await(PATIENCE);
      return process.output();
    }
  }

  /** The screen once it is as it should be, before the command has ended otherwise. */
  private List<String> screen(String socket, Predicate<List<String>> wanted) throws IOException {
    while (true) {
      List<String> lines =
          tmux(socket, "capture-pane", "-p").lines().filter(line -> !line.isBlank()).toList();
      if (wanted.test(lines)) {
        return lines;
      }
      assertThat(lines).noneMatch(line -> line.startsWith("ended "));
    }
  }

  private void ship(String socket, int columns, int rows, String variables, String target)
      throws IOException {
    Path root = Path.of(System.getProperty("modelcar.root")).normalize();
    String command =
        "env HOME=%s HF_ENDPOINT=%s %s %s -XX:+UseSerialGC -jar %s ship hf://team/model --base=none --state-dir=none --to %s; echo ended $?"
            .formatted(
                folder,
                hub.endpoint(),
                variables,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                root.resolve("cli/target/modelcar-cli-0.1.0.jar"),
                target);
    var _ =
        tmux(
            socket,
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "" + columns,
            "-y",
            "" + rows,
            "sh",
            "-c",
            command + "; exec cat");
  }

  private static String place(FakeRegistry registry, String tag) {
    return "http://127.0.0.1:" + registry.server().port() + "/team/model:" + tag;
  }

  private static boolean isMoving(List<String> lines) {
    return lines.stream().anyMatch(line -> line.matches(".*\\d+ %.*/s.*"));
  }

  private static List<String> bars(List<String> lines) {
    return lines.stream().filter(line -> line.matches(".*\\[[=> ]+\\].*")).toList();
  }

  private static boolean hasEnded(List<String> lines) {
    return lines.contains("ended 0");
  }

  @ParameterizedTest
  @CsvSource({
    "80, 24, TERM=xterm-256color",
    "40, 10, TERM=xterm-256color",
    "120, 24, TERM=xterm-256color NO_COLOR=1",
    "80, 24, TERM=xterm LC_ALL=C",
  })
  void movesInItsLinesAndGoesWithoutATrace(int columns, int rows, String variables)
      throws IOException {
    String socket = "s" + columns + variables.hashCode();
    try (FakeRegistry registry = FakeRegistry.start()) {
      ship(socket, columns, rows, variables, place(registry, "v1"));
      // The whole is shown first; where there is room, its layers follow as they begin.
      int bars = columns >= 50 && rows >= 8 ? 2 : 0;
      List<String> moving = screen(socket, lines -> isMoving(lines) && bars(lines).size() >= bars);
      assertThat(moving)
          .allSatisfy(line -> {
            assertThat(line.length()).isLessThanOrEqualTo(columns);
            assertThat(line)
                .as("no sequence is shown as text")
                .doesNotContain("\u001b", "[K", "[1A");
          });
      // The whole is one line, the last one.
      assertThat(moving.stream().filter(line -> line.matches(".*\\d+ %.*/s.*"))).hasSize(1);
      List<String> after = screen(socket, TmuxTest::hasEnded);
      assertThat(after).noneMatch(line -> line.matches(".*\\[=*>? *\\].*|.*\\d+ %.*/s.*"));
      if (variables.contains("LC_ALL=C")) {
        assertThat(String.join("", after)).matches("\\p{ASCII}*");
      }
    } finally {
      var _ = tmux(socket, "kill-server");
    }
  }

  @Test
  void followsATerminalThatIsResized() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      ship("resized", 100, 30, "TERM=xterm-256color", place(registry, "v2"));
      var _ = screen("resized", TmuxTest::isMoving);
      var _ = tmux("resized", "resize-window", "-x", "60", "-y", "12");
      List<String> narrow =
          screen(
              "resized",
              lines ->
                  isMoving(lines)
                      && lines.stream().filter(line -> line.matches(".*\\d+ %.*/s.*")).count()
                          == 1);
      assertThat(narrow).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
      var _ = tmux("resized", "resize-window", "-x", "120", "-y", "30");
      List<String> after = screen("resized", TmuxTest::hasEnded);
      assertThat(after).noneMatch(line -> line.matches(".*\\d+ %.*/s.*"));
    } finally {
      var _ = tmux("resized", "kill-server");
    }
  }

  @Test
  void aDumbTerminalGetsLines() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      ship("dumb", 80, 40, "TERM=dumb", place(registry, "v3"));
      List<String> after = screen("dumb", TmuxTest::hasEnded);
      assertThat(after).noneMatch(line -> line.contains("[=") || line.contains("\u001b"));
    } finally {
      var _ = tmux("dumb", "kill-server");
    }
  }
}
