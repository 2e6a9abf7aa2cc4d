package dev.modelcar.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A registry program that is installed on this machine. What is not installed is not there: tests
 * skip then, with {@link Tools#missing} as the reason.
 */
public final class RealRegistry {
  private static final Duration VERSION_PATIENCE = Duration.ofSeconds(20);

  /** Which program it is. */
  public enum Kind {
    /** Docker's registry 2.8, as Debian ships it. */
    DISTRIBUTION_2("docker-registry"),
    /** The CNCF's distribution 3. */
    DISTRIBUTION_3("registry"),
    OLAREG("olareg"),
    /** The registry inside crane: blobs on a disk, manifests and uploads in memory. */
    CRANE("crane");

    private final String program;

    Kind(String program) {
      this.program = program;
    }

    /** What the program's file is called. */
    public String program() {
      return program;
    }
  }

  private final Kind kind;
  private final Path program;

  private RealRegistry(Kind kind, Path program) {
    this.kind = kind;
    this.program = program;
  }

  /** Docker's registry 2.8, if Debian's {@code docker-registry} is installed. */
  public static Optional<RealRegistry> debian() {
    return find(Kind.DISTRIBUTION_2);
  }

  /** Distribution 3, if a {@code registry} of that version is installed. */
  public static Optional<RealRegistry> distribution3() {
    return find(Kind.DISTRIBUTION_3).filter(RealRegistry::isVersion3);
  }

  /** Olareg, if it is installed. */
  public static Optional<RealRegistry> olareg() {
    return find(Kind.OLAREG);
  }

  /** The registry inside crane, if crane is installed. */
  public static Optional<RealRegistry> crane() {
    return find(Kind.CRANE);
  }

  private static Optional<RealRegistry> find(Kind kind) {
    return Tools.find(kind.program()).map(program -> new RealRegistry(kind, program));
  }

  private boolean isVersion3() {
    Path folder;
    try {
      folder = Files.createTempDirectory("registry-version");
    } catch (IOException e) {
      return false;
    }
    ChildProcess.Command command =
        ChildProcess.Command.in(folder, List.of(program.toString(), "--version"));
    try (ChildProcess process = ChildProcess.start(command)) {
      process.await(VERSION_PATIENCE);
      return process.output().contains("distribution/v3");
    } catch (IOException e) {
      return false;
    } finally {
      deleteQuietly(command.output());
      deleteQuietly(folder);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A file more in the folder for temporary ones.
    }
  }

  public Kind kind() {
    return kind;
  }

  Path program() {
    return program;
  }

  /** Starts it plain and open, with its storage in a folder. */
  public RunningRegistry start(Path folder) throws IOException {
    return start(folder, RegistryOptions.plain());
  }

  /**
   * Starts it on a free port of 127.0.0.1, and waits until it answers.
   *
   * @param folder for configuration, storage and output; made if need be
   * @throws IOException if it does not start
   * @throws IllegalArgumentException if this program cannot do what an option says
   */
  public RunningRegistry start(Path folder, RegistryOptions options) throws IOException {
    Files.createDirectories(folder);
    return RunningRegistry.start(this, folder, options);
  }

  @Override
  public String toString() {
    return kind.program();
  }
}
