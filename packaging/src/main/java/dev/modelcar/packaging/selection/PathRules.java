package dev.modelcar.packaging.selection;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which names may be in an image. */
final class PathRules {
  private PathRules() {}

  /**
   * Refuses names that a consumer would put elsewhere, hide, or merge with another.
   *
   * @throws ModelcarException naming the first such file
   */
  static void check(List<ModelFile> files) {
    Map<String, String> byFoldedPath = new HashMap<>();
    for (ModelFile file : files) {
      String path = file.path();
      if (!TarEntry.isSafe(path)) {
        throw new ModelcarException(
            SourceError.SOURCE_PATH_UNSAFE,
            "\"%s\" is not allowed as a path in an image: %s"
                .formatted(printable(path), why(path)));
      }
      String other = byFoldedPath.put(path.toLowerCase(Locale.ROOT), path);
      if (other != null) {
        throw new ModelcarException(
            PackagingError.SOURCE_CASE_COLLISION,
            "\"%s\" and \"%s\" differ only in case".formatted(other, path));
      }
    }
    for (ModelFile file : files) {
      refuseFileAsFolder(file.path(), byFoldedPath);
    }
  }

  /** No disk holds a file and a folder of one name; a list from elsewhere may name both. */
  private static void refuseFileAsFolder(String path, Map<String, String> byFoldedPath) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String file = byFoldedPath.get(path.substring(0, slash).toLowerCase(Locale.ROOT));
      if (file != null) {
        throw new ModelcarException(
            SourceError.SOURCE_PATH_UNSAFE,
            "\"%s\" is both a file and the folder of \"%s\"".formatted(file, printable(path)));
      }
    }
  }

  private static String why(String path) {
    for (String part : path.split("/", -1)) {
      if (part.startsWith(".wh.")) {
        return "names that start with .wh. delete files of lower layers";
      }
      if (part.equals("..") || part.equals(".") || part.isEmpty()) {
        return "it leaves the folder";
      }
    }
    return path.chars().anyMatch(Character::isISOControl)
        ? "it contains control characters"
        : "it is not UTF-8, or too long";
  }

  private static String printable(String path) {
    return path.replaceAll("\\p{Cntrl}", "?");
  }
}
