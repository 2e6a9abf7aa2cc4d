package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What shells complete, and what `man` shows. */
final class ShellTest {
  @TempDir Path folder;

  private List<String> words(String beginning) {
    return Run.of(Map.of("HOME", "" + folder), "completion", "--words=" + beginning)
        .succeeds()
        .out()
        .lines()
        .toList();
  }

  @Test
  void modelsOfTheHubsCacheAndTheirRevisions() throws IOException {
    Path hub = folder.resolve(".cache/huggingface/hub");
    Files.createDirectories(hub.resolve("models--Qwen--Qwen3-0.6B/refs"));
    Files.createDirectories(hub.resolve("models--gpt2"));
    Files.createDirectories(hub.resolve("datasets--a--b"));
    Files.writeString(hub.resolve("models--Qwen--Qwen3-0.6B/refs/main"), "0".repeat(40));
    assertThat(words("hf")).containsExactly("hf://Qwen/Qwen3-0.6B", "hf://gpt2");
    assertThat(words("hf://Q")).containsExactly("hf://Qwen/Qwen3-0.6B");
    assertThat(words("hf://Qwen/Qwen3-0.6B@")).containsExactly("hf://Qwen/Qwen3-0.6B@main");
    assertThat(words("hf://none")).isEmpty();
  }

  @Test
  void tagsOfARegistryThatResponds() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel.llama(82, 2, 64 << 10).writeTo(model);
    try (FakeRegistry registry = FakeRegistry.start()) {
      String repository = "http://" + registry.authority() + "/team/m";
      for (String tag : List.of("v1", "v2", "latest")) {
        var _ =
            Run.of(
                    Map.of("HOME", "" + folder),
                    "ship",
                    "" + model,
                    "--base=none",
                    "--state-dir=none",
                    "--to",
                    repository + ":" + tag)
                .succeeds();
      }
      assertThat(words(repository + ":v")).containsExactly(repository + ":v1", repository + ":v2");
      assertThat(words(repository + ":")).hasSize(3);
    }
  }

  @Test
  void whatCannotBeAskedHasNoWords() throws IOException {
    assertThat(words("localhost:" + FreePort.find() + "/team/m:")).isEmpty();
    assertThat(words("UPPER/case:")).isEmpty();
    assertThat(words("plain")).isEmpty();
    assertThat(words("a:b")).isEmpty();
  }

  @Test
  void theScriptOffersWhatLabelsList() {
    String script = Run.of(Map.of("HOME", "" + folder), "completion").succeeds().out();
    assertThat(script).contains("_modelcar_all", "\"modelcar\"", "native", "fetch");
  }

  @Test
  void everyCommandHasAPageWithAllItsOptions() throws IOException {
    Path man = folder.resolve("man1");
    var _ = Run.of(Map.of("HOME", "" + folder), "man", "--output-dir", "" + man).succeeds();
    try (Stream<Path> pages = Files.list(man)) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .contains("modelcar.1", "modelcar-ship.1", "modelcar-registry-list.1");
    }
    String ship = Files.readString(man.resolve("modelcar-ship.1"));
    assertThat(ship)
        .startsWith(".TH MODELCAR-SHIP 1")
        .contains(".SH SYNOPSIS", ".SH OPTIONS", "\\-\\-to", "\\-\\-retry\\-for", ".SH EXAMPLES")
        .doesNotContain("${", "%n", "\\-\\-accept\\-partial");
    assertThat(Files.readString(man.resolve("modelcar.1"))).contains("modelcar\\-ship(1)");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(
            Run.of(Map.of("HOME", "" + folder), "man", "--output-dir", file + "/man1")
                .failsWith(CoreError.DISK_FAILED)
                .err())
        .contains("cannot be written");
  }
}
