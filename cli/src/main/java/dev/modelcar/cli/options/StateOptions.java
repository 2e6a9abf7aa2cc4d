package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.reuse.journal.Journal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run keeps what later runs can reuse. */
public final class StateOptions {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "where digests and open uploads are remembered (default: $XDG_STATE_HOME/modelcar or"
              + " ~/.local/state/modelcar); none turns it off")
  @Nullable String stateDir;

  /** A memory, to be closed after use. */
  public record OpenMemory(Memory memory, Runnable closing) implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }

  public OpenMemory open(Console console) {
    Optional<Path> folder = folder(console.environment());
    if (folder.isEmpty()) {
      return new OpenMemory(Memory.none(), () -> {});
    }
    Journal journal = Journal.open(folder.get(), Instant.now(), console::warn);
    return new OpenMemory(journal, journal::close);
  }

  /** The folder; empty if state is turned off or the environment names no home. */
  public Optional<Path> folder(Environment environment) {
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
