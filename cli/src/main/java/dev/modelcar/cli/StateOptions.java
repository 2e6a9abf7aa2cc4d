package dev.modelcar.cli;

import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.reuse.journal.Journal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where runs leave what later runs can use. */
final class StateOptions {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "where runs remember digests and open uploads (default: $XDG_STATE_HOME/modelcar or"
              + " ~/.local/state/modelcar); none remembers nothing")
  @Nullable String stateDir;

  /** A memory, to be closed after use. */
  interface OpenMemory extends AutoCloseable {
    Memory memory();

    @Override
    default void close() {}
  }

  OpenMemory open(Environment environment, Console console) {
    Optional<Path> folder = folder(environment);
    if (folder.isEmpty()) {
      return Memory::none;
    }
    Journal journal = Journal.open(folder.get(), Instant.now(), console::warn);
    return new OpenMemory() {
      @Override
      public Memory memory() {
        return journal;
      }

      @Override
      public void close() {
        journal.close();
      }
    };
  }

  /** The folder; nothing where the environment has no place for it. */
  Optional<Path> folder(Environment environment) {
    if (stateDir != null) {
      return stateDir.equals("none") ? Optional.empty() : Optional.of(Path.of(stateDir));
    }
    String xdg = environment.variable("XDG_STATE_HOME");
    if (xdg.startsWith("/")) {
      return Optional.of(Path.of(xdg, "modelcar"));
    }
    String home = environment.variable("HOME");
    return home.startsWith("/")
        ? Optional.of(Path.of(home, ".local", "state", "modelcar"))
        : Optional.empty();
  }
}
