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

  /** Texts that come without an ending. */
  private static final Pattern TEXT =
      Pattern.compile("(?:.*/)?(?:LICEN[SC]E|NOTICE|USE_POLICY|README|COPYING|AUTHORS)[^/.]*");

  /** ZIP archives of other things. */
  private static final Set<String> ARCHIVES =
      Set.of("zip", "whl", "jar", "docx", "xlsx", "pptx", "mlpackage", "keras", "npz", "mar");

  /**
   * The old protocol in letters: a global ({@code c}, module and name in lines) with what follows
   * one, or a numbered container. Lists of words look like the former, but for what follows.
   */
  private static final Pattern PROTOCOL_0 =
      Pattern.compile(
          "^(?:\\(?[dl]?p?\\d*\\n?)?c[A-Za-z_][\\w.]*\\n[A-Za-z_]\\w*\\n(?:[()\\]}.NR]|p\\d+\\n)"
              + "|^\\([dl]p\\d+\\n");

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
    // Whatever its first entry is: PyTorch's archives have the endings of no other ZIP.
    boolean zip = text.startsWith("PK\03") && !ARCHIVES.contains(extension);
    boolean bare = head.length >= 2 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5;
    return zip || bare || PROTOCOL_0.matcher(text).find();
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
