package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
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

  /** What earlier runs have left, to be closed after use. */
  Optional<Journal> open(Console console) {
    return folder(console.environment())
        .map(folder -> Journal.open(folder, Instant.now(), console::warn));
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
