package dev.modelcar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;

  private ChildProcess.Command shell(String script) {
    return ChildProcess.Command.in(folder, List.of("sh", "-c", script));
  }

  @Test
  void keepsOutputAndExitCode() throws IOException {
    ChildProcess.Command command =
        shell("echo $GREETING; echo trouble >&2; exit 3").withEnvironment(Map.of("GREETING", "hi"));
    try (ChildProcess process = ChildProcess.start(command)) {
      assertThat(process.await(PATIENCE)).hasValue(3);
      assertThat(process.output()).isEqualTo("hi\ntrouble\n");
    }
  }

  @Test
  void endsOnClose() throws IOException {
    ChildProcess.Command command = ChildProcess.Command.in(folder, List.of("sleep", "1000"));
    ChildProcess left;
    try (ChildProcess process = ChildProcess.start(command)) {
      left = process;
      assertThat(process.isAlive()).isTrue();
      assertThat(process.await(Duration.ZERO)).isEmpty();
    }
    assertThat(left.isAlive()).isFalse();
    assertThat(ProcessHandle.of(left.pid()).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  @Test
  void endsOneThatWillNot() throws IOException {
    try (ChildProcess process =
        ChildProcess.start(shell("trap '' TERM; echo ready; exec sleep 1000"))) {
      process.kill();
      assertThat(process.isAlive()).isFalse();
    }
  }

  @Test
  void tellsWhyNobodyListens() throws IOException {
    try (ChildProcess process = ChildProcess.start(shell("echo no luck; exit 1"))) {
      assertThatThrownBy(() -> process.awaitPort(FreePort.find(), PATIENCE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no luck");
    }
  }
}
