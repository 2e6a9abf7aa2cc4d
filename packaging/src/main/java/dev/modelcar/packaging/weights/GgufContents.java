package dev.modelcar.packaging.weights;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What the header of a GGUF file says.
 *
 * @param values keys with their scalars, texts, or short lists of numbers; whole numbers are {@code
 *     Long}; long lists, such as vocabularies, are left out
 * @param tensors in the order of the header
 * @param end of the last tensor, from the start of the file
 */
public record GgufContents(Map<String, Object> values, List<TensorInfo> tensors, long end) {
  public GgufContents {
    values = Map.copyOf(values);
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads the header of a file; of its weights nothing.
   *
   * @throws ModelcarException {@link PackagingError#WEIGHTS_INVALID} if it is cut off or no GGUF
   *     file
   */
  public static GgufContents read(ModelFile file) throws IOException {
    GgufHeader.checkStart(file);
    return GgufHeader.contents(file);
  }
}
