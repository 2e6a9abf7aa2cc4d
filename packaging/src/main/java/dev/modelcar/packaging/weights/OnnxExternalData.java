package dev.modelcar.packaging.weights;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files in which an ONNX graph keeps its tensors (ONNX, "External data"): entries {@code
 * location} of tensors, relative to the graph's folder. The graph is not parsed but searched for
 * them: a {@code StringStringEntryProto} whose key is {@code location}.
 */
public final class OnnxExternalData {
  /** A graph whose tensors are elsewhere is small; of others nothing needs to be known. */
  private static final int LARGEST = 32 << 20;

  private static final byte[] KEY = "\n\blocation\022".getBytes(StandardCharsets.ISO_8859_1);

  private OnnxExternalData() {}

  /** The paths that a graph names. */
  public static Set<String> locations(ModelFile file) throws IOException {
    if (file.size() > LARGEST) {
      return Set.of();
    }
    byte[] bytes = file.head((int) file.size());
    Set<String> locations = new TreeSet<>();
    for (int i = 0; i + KEY.length < bytes.length; i++) {
      if (startsAt(bytes, i)) {
        int length = bytes[i + KEY.length] & 0xff;
        int from = i + KEY.length + 1;
        if (length > 0 && length < 0x80 && from + length <= bytes.length) {
          String name = new String(bytes, from, length, StandardCharsets.UTF_8);
          if (name.startsWith("/")
              || name.contains("\\")
              || List.of(name.split("/", -1)).contains("..")) {
            throw new ModelcarException(
                PackagingError.WEIGHTS_INVALID,
                "the graph %s keeps tensors in \"%s\", outside of its folder"
                    .formatted(file.path(), name.replaceAll("\\p{Cntrl}", "?")));
          }
          locations.add(name);
        }
      }
    }
    return locations;
  }

  private static boolean startsAt(byte[] bytes, int at) {
    for (int i = 0; i < KEY.length; i++) {
      if (bytes[at + i] != KEY[i]) {
        return false;
      }
    }
    return true;
  }
}
