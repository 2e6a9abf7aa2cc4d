package dev.modelcar.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of others that tests run, where they are installed. */
public final class Tools {
  /** Names folders with programs for tests; they are looked at before the path. */
  public static final String FOLDER_VARIABLE = "MODELCAR_TEST_TOOLS";

  private Tools() {}

  /** The program with this name, in the folder for tests or on the path. */
  public static Optional<Path> find(String name) {
    return Stream.of(System.getenv(FOLDER_VARIABLE), System.getenv("PATH"))
        .flatMap(Stream::ofNullable)
        .flatMap(folders -> Arrays.stream(folders.split(File.pathSeparator, -1)))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Why a test that needs a program is skipped; the test script looks for the first word. */
  public static String missing(String name) {
    return "missing: %s, which is neither on the path nor in a folder that %s names"
        .formatted(name, FOLDER_VARIABLE);
  }
}
