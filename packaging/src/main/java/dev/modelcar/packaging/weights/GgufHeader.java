package dev.modelcar.packaging.weights;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The first bytes of a GGUF file (ggml documentation, "GGUF"). */
public final class GgufHeader {
  private static final int MAGIC = 0x46554747;
  private static final int LENGTH = 24;
  private static final long MAX_TENSORS = 10_000_000;

  private GgufHeader() {}

  /**
   * Checks that a file is one.
   *
   * @throws ModelcarException {@link PackagingError#WEIGHTS_INVALID} if it is not
   */
  public static void check(ModelFile file) throws IOException {
    if (checkStart(file) > 1 && file.identity().isPresent()) {
      // The Hub says how long its files are; a file on a disk may be half a download.
      contents(file);
    }
  }

  /** Checks the first bytes, and returns the version. */
  static int checkStart(ModelFile file) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(file.head(LENGTH)).order(ByteOrder.LITTLE_ENDIAN);
    if (head.remaining() < LENGTH || head.getInt() != MAGIC) {
      throw invalid(file, "it does not start like a GGUF file");
    }
    int version = head.getInt();
    if (version < 1 || version > 3) {
      throw invalid(file, "its version " + version + " is not supported");
    }
    long tensors = version == 1 ? head.getInt() : head.getLong();
    if (tensors < 0 || tensors > MAX_TENSORS) {
      throw invalid(file, "it claims " + tensors + " tensors");
    }
    return version;
  }

  /** The whole header, whose tensors lie within the file. */
  static GgufContents contents(ModelFile file) throws IOException {
    GgufContents contents =
        GgufReader.read(file).orElseThrow(() -> invalid(file, "its header is cut off or damaged"));
    if (contents.end() > file.size()) {
      throw invalid(
          file,
          "it is cut off: its tensors end at byte %d, the file at %d"
              .formatted(contents.end(), file.size()));
    }
    return contents;
  }

  private static ModelcarException invalid(ModelFile file, String why) {
    return new ModelcarException(
        PackagingError.WEIGHTS_INVALID,
        "the weights in " + file.path() + " cannot be used: " + why);
  }
}
