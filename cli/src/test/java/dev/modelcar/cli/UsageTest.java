package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that cannot be understood. */
final class UsageTest {
  private static Run run(String line) {
    return Run.of(Map.of(), line.split(" ", -1)).failsWith(CoreError.USAGE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ship --output json --no-such-option",
        "ship --output=json --parallel many model",
        "copy -o json",
        "no-such-command --output json",
        "run -o=JSON --timeout",
        "verify --no-such-option -ojson image"
      })
  void theirDocumentHasTheError(String line) {
    assertThat(run(line).out()).contains("\"id\" : \"usage-invalid\"").contains("\"exitCode\" : 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ship --no-such-option",
        "ship --output text --no-such-option json",
        "render --output json --no-such-option"
      })
  void whereNobodyWantsADocumentThereIsNone(String line) {
    assertThat(run(line).out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ship m --insecure --to x/y:1 | --plain-http",
        "inspect --format={{.Digest}} x/y:1 | --output json",
        "fetch hf://a/b --revision v1 --to d | hf://ORG/NAME@REVISION",
        "copy --src-creds a:b x/y:1 oci:z | `modelcar login HOST`",
        "push m | `ship` for a model",
        "pull x/y:1 | `fetch` for a model",
        "cp a b | `copy`"
      })
  void wordsOfOtherToolsAreTranslated(String line, String here) {
    assertThat(run(line).err()).contains(", use " + here);
  }

  @Test
  void helpHasTheOptionsOfItsCommandAndFitsATerminal() {
    String help = Run.of(Map.of(), "tag", "--help").succeeds().out();
    assertThat(help).contains("--plain-http").doesNotContain("--memory", "--results-dir");
    run("tag --memory 1MiB a").says("Missing required parameter");
    for (String command : List.of("login", "ship", "fetch", "verify", "build", "rm", "report")) {
      assertThat(Run.of(Map.of(), command, "--help").succeeds().out().lines())
          .filteredOn(line -> !line.startsWith("  modelcar "))
          .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
    }
  }

  @Test
  void aPlanNamesEachFileThatIsLeftOut(@TempDir Path folder) throws IOException {
    for (String name : List.of("config.json", "a.png", "b.png", "c.md")) {
      Files.writeString(folder.resolve(name), "{}");
    }
    Run plan = Run.of(Map.of("HOME", folder.resolve("home").toString()), "plan", "" + folder);
    plan.succeeds().says("left out a.png").says("left out b.png").says("left out c.md");
  }

  /** As those type it who expect what `docker pull` and `oras pull` do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fetch quay.io/team/model:1 d",
        "fetch docker://quay.io/team/model:1 d",
        "fetch localhost/m@sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862 d",
        "fetch 127.0.0.1:5000/m:1 d",
        "fetch oci:folder:1 d",
        "ship quay.io/team/model:1 --to oci:d"
      })
  void anImageIsNoModel(String line) {
    run(line).says(" names an image, and SOURCE is a model").says("`modelcar copy ");
  }

  /** As a script has them whose variable is not set. */
  @Test
  void emptyPathsAreRefused() {
    for (String[] words :
        List.of(
            new String[] {"fetch", "model", ""},
            new String[] {"ship", "model", "--results-dir", "", "--to", "oci:x"},
            new String[] {"render", "--output", ""})) {
      Run.of(Map.of(), words).failsWith(CoreError.USAGE_INVALID).says("the path is empty");
    }
  }

  @Test
  void aLoginWithoutATerminalSaysWhatItNeeds() {
    run("login example.com").says("--username NAME --password-stdin");
    run("login example.com --password-stdin").says("--username NAME");
  }

  /** What would be passed over in silence. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "run any --resume that",
        "run any --follow that",
        "run --resume this --follow that",
        "run --resume that --param a=b",
        "run --resume that -w source=pvc:models",
        "run --resume that --service-account me",
        "run --follow that --timeout 2h",
        "run --follow that --task-memory ship=1GiB",
        "run --follow that --fs-group 1",
        "run --follow that --detach",
        "run any --fs-group staff",
        "run any --timeout soon",
        "plan model --parts 2",
        "fetch model folder --prune",
        "login example.com -u te:am --password-stdin",
        "size model --block-size 17",
        "smoke m --via telepathy",
        "smoke m --url ftp://h",
        "smoke m --url https://h --via service",
        "smoke m --url-token-file t",
        "status m --format statefulset",
        "deploy h.example/m:1 --name m --format llminferenceservice --runtime r",
        "deploy h.example/m:1 --name m --runtime-image i",
        "deploy h.example/m:1 --name m --format deployment --runtime r",
        "deploy h.example/m:1 --name m --format deployment --mode modelcar",
        "deploy h.example/m:1 --name m --format deployment --connection c",
        "deploy h.example/m:1 --name m --format deployment --health-path health",
        "deploy h.example/m:1 --name m --kind llminferenceservice --mode fetch",
        "deploy h.example/m:1 --name m --hardware-profile a:b:c"
      })
  void optionsThatDoNotGoTogetherAreRefused(String line) {
    run(line);
  }
}
