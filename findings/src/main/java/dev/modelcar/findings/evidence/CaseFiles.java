package dev.modelcar.findings.evidence;

import dev.modelcar.core.IoReason;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files of a folder in their order, and what else lies there. Nothing is opened that may never
 * end, and nothing read that lies elsewhere.
 */
final class CaseFiles extends SimpleFileVisitor<Path> {
  private static final int MOST_FILES = 20_000;
  private static final int MOST_UNUSED = 20;
  private static final Pattern OBJECTS = Pattern.compile(".*\\.(ya?ml|json)(\\.gz)?");
  private static final Pattern TEXTS =
      Pattern.compile(".*\\.(log|txt|out|err|stderr|stdout)(\\.gz)?");

  /** Written by people or by a program for them. */
  private static final Pattern NOTES = Pattern.compile("(?i).*\\.(md|html?)");

  private final Path folder;
  private final Path root;
  private final List<Path> files = new ArrayList<>();
  private final List<String> unused = new ArrayList<>();
  private int visited;

  private CaseFiles(Path folder) throws IOException {
    this.folder = folder;
    this.root = folder.toRealPath();
  }

  /**
   * Looks through a folder, or at a single file.
   *
   * @throws IOException if the folder itself cannot be read
   */
  static CaseFiles of(Path folder) throws IOException {
    CaseFiles all = new CaseFiles(folder);
    Files.walkFileTree(folder, all);
    return all;
  }

  /** Whether a file is taken for objects rather than for a log. */
  static boolean holdsObjects(Path file) {
    return OBJECTS.matcher(String.valueOf(file.getFileName())).matches();
  }

  List<Path> files() {
    return files.stream().sorted().toList();
  }

  /** Why others cannot be used, one line each. */
  List<String> unused() {
    List<String> lines = unused.stream().sorted().limit(MOST_UNUSED).toList();
    List<String> all = new ArrayList<>(lines);
    if (unused.size() > MOST_UNUSED) {
      all.add("%d more files were not read".formatted(unused.size() - MOST_UNUSED));
    }
    if (visited > MOST_FILES) {
      all.add("of more than %d files, the rest was not read".formatted(MOST_FILES));
    }
    return all;
  }

  /** As gaps name it. */
  String name(Path file) {
    return folder.equals(file)
        ? String.valueOf(file.getFileName())
        : folder.relativize(file).toString();
  }

  static String unread(String name, String why) {
    return "%s was not read: %s".formatted(name, why);
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (++visited > MOST_FILES) {
      return FileVisitResult.TERMINATE;
    }
    if (attributes.isSymbolicLink()) {
      link(file);
    } else if (!attributes.isRegularFile()) {
      unused.add(unread(name(file), "a pipe, a socket or a device"));
    } else {
      regular(file);
    }
    return FileVisitResult.CONTINUE;
  }

  /** Links count as long as they lead to files of the folder; folders of it are visited anyway. */
  private void link(Path file) {
    try {
      Path target = file.toRealPath();
      if (!target.startsWith(root)) {
        unused.add(unread(name(file), "a link that leads out of the folder"));
      } else if (Files.isRegularFile(target)) {
        regular(file);
      } else if (!Files.isDirectory(target)) {
        unused.add(unread(name(file), "a link to a pipe, a socket or a device"));
      }
    } catch (IOException e) {
      unused.add(unread(name(file), "a link that leads nowhere"));
    }
  }

  /** A file that is named by itself is read, whatever its name is. */
  private void regular(Path file) {
    String name = String.valueOf(file.getFileName());
    if (file.equals(folder) || holdsObjects(file) || TEXTS.matcher(name).matches()) {
      files.add(file);
    } else if (!NOTES.matcher(name).matches() && !isHidden(file)) {
      unused.add(
          unread(
              name(file),
              "neither objects (.yaml, .yml, .json) nor a log (.log, .txt, .out, .err) by its name"));
    }
  }

  private boolean isHidden(Path file) {
    for (Path part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (file.equals(folder)) {
      throw e;
    }
    unused.add(unread(name(file), IoReason.of(e)));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(
      Path visitedFolder, @org.jspecify.annotations.Nullable IOException e) {
    if (e != null) {
      unused.add(unread(name(visitedFolder), IoReason.of(e)));
    }
    return FileVisitResult.CONTINUE;
  }
}
