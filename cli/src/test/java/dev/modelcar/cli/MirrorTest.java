package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MirrorTest {
  @TempDir Path folder;
  private final FakeRegistry from = FakeRegistry.start();
  private final FakeRegistry to = FakeRegistry.start();

  @AfterEach
  void close() {
    from.close();
    to.close();
  }

  private Run run(String... words) {
    return Run.of(Map.of("HOME", folder.toString()), words);
  }

  private String source() {
    return "http://" + from.authority() + "/team/model";
  }

  private String target() {
    return "http://" + to.authority() + "/copies/model";
  }

  @BeforeEach
  void shipThree() throws IOException {
    for (String tag : new String[] {"v1", "v2", "dev"}) {
      Path model = Files.createDirectories(folder.resolve(tag));
      Files.writeString(model.resolve("config.json"), "{\"tag\":\"" + tag + "\"}");
      run("ship", model.toString(), "--base=none", "--to=" + source() + ":" + tag).succeeds();
    }
  }

  @Test
  void copiesTheTagsThatAreWantedWithTheirDigests() {
    run("mirror", source(), target(), "--tags", "v?", "--verify").succeeds();
    assertThat(to.tags("copies/model")).containsExactly("v1", "v2");
    for (String tag : to.tags("copies/model")) {
      assertThat(to.manifest("copies/model", tag).orElseThrow().digest())
          .isEqualTo(from.manifest("team/model", tag).orElseThrow().digest());
    }
  }

  @Test
  void leavesAloneWhatIsThere() {
    run("mirror", source(), target()).succeeds();
    long sent = to.bytesReceived();
    assertThat(run("mirror", source(), target()).succeeds().out()).contains("there already");
    assertThat(to.bytesReceived()).isEqualTo(sent);
  }

  @Test
  void saysWhatItWouldDo() {
    Run dry = run("mirror", source(), target(), "--exclude-tags", "dev", "--dry-run").succeeds();
    assertThat(dry.out()).isEqualTo("v1\nv2\n");
    assertThat(to.tags("copies/model")).isEmpty();
  }

  @Test
  void oneImageThatCannotBeReadDoesNotKeepTheOthers() {
    from.forgetBlob(layerOf("v1"));
    Run some = run("mirror", source(), target(), "--retry-for", "1s");
    assertThat(some.code()).isEqualTo(8);
    assertThat(to.tags("copies/model")).containsExactly("dev", "v2");
  }

  private String layerOf(String tag) {
    String manifest =
        new String(
            from.manifest("team/model", tag).orElseThrow().content().bytes(),
            java.nio.charset.StandardCharsets.UTF_8);
    int layers = manifest.indexOf("\"layers\"");
    int digest = manifest.indexOf("sha256:", layers);
    return manifest.substring(digest, digest + "sha256:".length() + 64);
  }

  @Test
  void refusesWhatIsNoRepository() {
    run("mirror", source() + ":v1", target()).failsWith(ErrorCode.USAGE_INVALID);
    run("mirror", source(), target(), "--tags", "nothing*").failsWith(ErrorCode.IMAGE_NOT_FOUND);
  }
}
