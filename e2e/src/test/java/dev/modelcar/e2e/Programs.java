package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs of others; a test that needs one that is not installed is skipped. */
final class Programs {
  /** The first start of our own tool builds it, which takes minutes on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private Programs() {}

  /** Why a program cannot be had. */
  static Optional<String> missing(String name) {
    return Tools.find(name).isPresent() ? Optional.empty() : Optional.of(Tools.missing(name));
  }

  /** The program with this name, or a skipped test; for tests and {@code BeforeAll} alone. */
  static String need(String name) {
    Optional<Path> program = Tools.find(name);
    assumeTrue(program.isPresent(), Tools.missing(name));
    return program.get().toString();
  }

  static RealRegistry need(RealRegistry.Kind kind) {
    Optional<RealRegistry> registry =
        switch (kind) {
          case DISTRIBUTION_2 -> RealRegistry.debian();
          case DISTRIBUTION_3 -> RealRegistry.distribution3();
          case OLAREG -> RealRegistry.olareg();
          case CRANE -> RealRegistry.crane();
        };
    assumeTrue(registry.isPresent(), Tools.missing(kind.program()));
    return registry.get();
  }

  static void needRoot() {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "missing: root's rights to run containers");
  }

  /** A Python that has a package from PyPI, or a skipped test. */
  static String needPython(Path folder, String module) throws IOException {
    String python = need("python3");
    ChildProcess.Command question =
        new ChildProcess.Command(
            List.of(python, "-c", "import " + module),
            Map.of(),
            folder,
            folder.resolve("python-" + module + ".log"));
    try (ChildProcess process = ChildProcess.start(question)) {
      int code = process.await(PATIENCE).orElse(-1);
      assumeTrue(code == 0, "missing: " + module + ", which " + python + " cannot import");
    }
    return python;
  }

  /** Runs a program that has to succeed, and returns what it wrote. */
  static String run(Path folder, String... words) throws IOException {
    return run(folder, Map.of(), words);
  }

  static String run(Path folder, Map<String, String> variables, String... words)
      throws IOException {
    Path output = Files.createTempFile(folder, Path.of(words[0]).getFileName() + "-", ".log");
    ChildProcess.Command command =
        new ChildProcess.Command(List.of(words), variables, folder, output);
    try (ChildProcess process = ChildProcess.start(command)) {
      int code = process.await(PATIENCE).orElse(-1);
      assertThat(code).describedAs("%s: %s", List.of(words), process.output()).isZero();
      return process.output();
    }
  }
}
