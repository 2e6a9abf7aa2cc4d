package dev.modelcar.packaging.selection;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.http.HttpError;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Looks at the first bytes of many files, several at a time. */
final class Heads {
  private static final int AT_ONCE = 16;

  /** Larger ones are not remembered by their source. */
  private static final int SMALL = 256 << 10;

  private Heads() {}

  /** Looks at the first bytes of a file, and throws if they are wrong. */
  @FunctionalInterface
  interface Check {
    void at(ModelFile file) throws IOException;
  }

  /**
   * Reads small files all at once that several checks look at one after the other; their source
   * remembers them. What is wrong with one is said by who looks at it.
   */
  static void ahead(List<ModelFile> files, Predicate<ModelFile> wanted) {
    forEach(
        files.stream().filter(file -> file.size() <= SMALL && wanted.test(file)).toList(),
        file -> {
          var _ = file.head(1);
        });
  }

  static void forEach(List<ModelFile> files, Check check) {
    map(
        files,
        file -> {
          check.at(file);
          return true;
        });
  }

  /** Looks at all files; the first failure, in their order, is thrown. */
  static <T> Map<ModelFile, T> map(
      List<ModelFile> files, Threads.Task<ModelFile, T, IOException> look) {
    Map<ModelFile, T> results = new LinkedHashMap<>();
    try {
      List<T> looks = Threads.map(files, AT_ONCE, "looking at the weights", look);
      for (int i = 0; i < files.size(); i++) {
        results.put(files.get(i), looks.get(i));
      }
      return results;
    } catch (IOException e) {
      throw new ModelcarException(
          HttpError.NETWORK_BROKEN, "looking at the weights failed: " + e.getMessage(), e);
    }
  }
}
