package dev.modelcar.packaging.weights;

import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * Files that run code when they are loaded: Python's pickles, by themselves or in the ZIP archives
 * that PyTorch writes.
 */
public final class Pickle {
  private static final Set<String> ALWAYS =
      Set.of("pkl", "pickle", "joblib", "dill", "pt", "pth", "ckpt");

  private Pickle() {}

  /** Whether a file is one; a {@code .bin} is asked for its first bytes, for it may be anything. */
  public static boolean is(ModelFile file) throws IOException {
    String extension = extension(file.path());
    if (ALWAYS.contains(extension)) {
      return true;
    }
    if (!extension.equals("bin")) {
      return false;
    }
    byte[] head = file.head(4);
    boolean zip = head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3;
    boolean bare = head.length >= 2 && (head[0] & 0xff) == 0x80 && head[1] <= 5;
    return zip || bare;
  }

  /** Whether it may be one, by its name. */
  public static boolean mayBe(String path) {
    String extension = extension(path);
    return ALWAYS.contains(extension) || extension.equals("bin");
  }

  private static String extension(String path) {
    return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
