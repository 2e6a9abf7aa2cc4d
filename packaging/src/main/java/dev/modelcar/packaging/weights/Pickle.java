package dev.modelcar.packaging.weights;

import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Files that run code when they are loaded: Python's pickles, by themselves or in the ZIP archives
 * that PyTorch writes.
 */
public final class Pickle {
  private static final Set<String> ALWAYS =
      Set.of("pkl", "pickle", "joblib", "dill", "pt", "pth", "ckpt");

  /** Formats that hold no pickles, so that nobody needs to look into them. */
  private static final Set<String> NEVER =
      Set.of(
          "safetensors",
          "gguf",
          "onnx",
          "onnx_data",
          "data",
          "h5",
          "keras",
          "msgpack",
          "ot",
          "pb",
          "index",
          "tflite",
          "xml",
          "npz",
          "npy",
          "bst",
          "ubj",
          "cbm",
          "mar",
          "plan",
          "pbtxt",
          "json",
          "jsonl",
          "yaml",
          "yml",
          "toml",
          "txt",
          "model",
          "tiktoken",
          "spm",
          "vocab",
          "bpe",
          "jinja",
          "py",
          "sig",
          "md",
          "csv",
          "cfg",
          "ini",
          "wav",
          "mp3",
          "proto",
          "zip",
          "tar",
          "gz");

  /** Texts that come without an ending, or with any. */
  private static final Pattern TEXT =
      Pattern.compile("(?:.*/)?(?:LICEN[SC]E|NOTICE|USE_POLICY|README|COPYING|AUTHORS)[^/]*");

  /** Reaches over the name of the first entry of an archive. */
  private static final int HEAD = 128;

  private Pickle() {}

  /** Whether a file is one; what may be anything, such as a {@code .bin}, is looked into. */
  public static boolean is(ModelFile file) throws IOException {
    String extension = extension(file.path());
    if (ALWAYS.contains(extension)) {
      return true;
    }
    if (!mayBe(file.path())) {
      return false;
    }
    byte[] head = file.head(HEAD);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    boolean zip =
        text.startsWith("PK\03") && (extension.equals("bin") || text.contains("data.pkl"));
    boolean bare = head.length >= 2 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5;
    return zip || bare;
  }

  /** Whether it may be one, by its name. */
  public static boolean mayBe(String path) {
    String extension = extension(path);
    if (TEXT.matcher(path).matches()) {
      return false;
    }
    return ALWAYS.contains(extension) || !NEVER.contains(extension);
  }

  private static String extension(String path) {
    return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
