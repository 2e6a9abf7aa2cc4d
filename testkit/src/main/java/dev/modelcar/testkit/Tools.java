package dev.modelcar.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of others that tests run, where they are installed. */
public final class Tools {
  /** Names a folder with programs for tests; it is looked at before the path. */
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

  /** Why a test that needs a program is skipped. */
  public static String missing(String name) {
    return name + " is neither on the path nor in the folder that " + FOLDER_VARIABLE + " names";
  }
}
