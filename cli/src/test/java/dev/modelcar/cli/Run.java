package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.cli.views.Environment;
import dev.modelcar.core.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One run of the command line in this process, with all that it said. */
record Run(int code, String out, String err) {

  /** Runs a command with these variables of the environment and no others. */
  static Run of(Map<String, String> variables, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            variables,
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.empty());
    int code = Cli.run(environment, arguments);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static Run of(Map<String, String> variables, List<String> options, String... arguments) {
    return of(
        variables,
        Stream.concat(Arrays.stream(arguments), options.stream()).toArray(String[]::new));
  }

  Run succeeds() {
    assertThat(code).as(err).isZero();
    return this;
  }

  /** It failed as documented: id, exit code, advice, no traces of its inside. */
  Run failsWith(ErrorCode expected) {
    assertThat(err).contains("error: ").contains("  error id: " + expected.id() + "\n");
    assertThat(err).containsPattern("  what to do: \\S");
    assertThat(code).as(err).isEqualTo(expected.category().exitCode());
    assertThat(err + out).doesNotContain("    at ").doesNotContain("Exception");
    return this;
  }

  Run says(String words) {
    assertThat(err).contains(words);
    return this;
  }
}
