package dev.modelcar.cli.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class StandardOutputTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int afterPrinting(OutputStream sink, int code) {
    StandardOutput output = new StandardOutput(sink);
    new PrintStream(output, true, StandardCharsets.UTF_8).println("result");
    return output.finish(code, new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(why);
      }
    };
  }

  @Test
  void aResultThatCannotBeWrittenIsNoSuccess() {
    assertThat(afterPrinting(failing("No space left on device"), 0)).isEqualTo(6);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("standard output: No space left on device", "error id: disk-full");
    assertThat(afterPrinting(failing("Input/output error"), 0)).isEqualTo(6);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("error id: disk-failed");
  }

  @Test
  void anEarlierFailureStaysWhatItIs() {
    assertThat(afterPrinting(failing("No space left on device"), 3)).isEqualTo(3);
    assertThat(said.size()).isZero();
  }

  @Test
  void aReaderMayLeaveEarly() {
    assertThat(afterPrinting(failing("Broken pipe"), 0)).isZero();
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    assertThat(afterPrinting(read, 0)).isZero();
    assertThat(read.toString(StandardCharsets.UTF_8)).isEqualTo("result\n");
    assertThat(said.size()).isZero();
  }
}
