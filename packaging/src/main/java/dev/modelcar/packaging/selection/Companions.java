package dev.modelcar.packaging.selection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.OnnxExternalData;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.packaging.weights.ShardIndex;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that are of no use without others: parts of a series, indexes and their parts, graphs and
 * the data beside them, configurations that name a file.
 */
final class Companions {
  /** {@code model-00001-of-00004.gguf}, {@code model-1-of-2.bin}, {@code x.data-00000-of-00002}. */
  private static final Pattern PART = Pattern.compile("(.*[-._])(\\d{1,6})-of-(\\d{1,6})(|\\..*)");

  private static final int MOST_PARTS = 99_999;
  private static final int LARGEST_CONFIG = 4 << 20;

  private final List<ModelFile> chosen;
  private final Set<String> present = new HashSet<>();
  private final Set<String> inSource = new HashSet<>();

  private Companions(List<ModelFile> chosen, List<ModelFile> source) {
    this.chosen = chosen;
    chosen.forEach(file -> present.add(file.path()));
    source.forEach(file -> inSource.add(file.path()));
  }

  /**
   * Refuses a selection in which something is missing.
   *
   * @param source all files that there are, chosen or not
   * @param looking whether files are looked into, or only their names are compared
   * @throws ModelcarException {@link PackagingError#WEIGHTS_SHARD_MISSING} naming what is missing,
   *     and the file that wants it
   */
  static void check(List<ModelFile> chosen, List<ModelFile> source, boolean looking) {
    Companions companions = new Companions(chosen, source);
    companions.checkSeries();
    companions.checkTensorFlow();
    if (!looking) {
      return;
    }
    Heads.forEach(companions.ending(".onnx"), companions::checkGraph);
    Heads.forEach(companions.ending(".index.json"), companions::checkIndex);
    Heads.forEach(companions.ending("tokenizer_config.json"), companions::checkTokenizer);
  }

  private List<ModelFile> ending(String ending) {
    return chosen.stream().filter(file -> file.path().endsWith(ending)).toList();
  }

  /** All parts of each numbered series; TensorFlow counts from zero, all others from one. */
  private void checkSeries() {
    Set<String> seen = new HashSet<>();
    for (String path : new TreeSet<>(present)) {
      Matcher part = PART.matcher(path);
      if (!part.matches() || !seen.add(part.group(1) + "/" + part.group(3) + part.group(4))) {
        continue;
      }
      int count = Integer.parseInt(part.group(3));
      String format = "%0" + part.group(2).length() + "d-of-" + part.group(3) + part.group(4);
      boolean fromZero =
          part.group(1).endsWith(".data-")
              || present.contains(part.group(1) + String.format(Locale.ROOT, format, 0));
      for (int i = 0; i < Math.min(count, MOST_PARTS); i++) {
        String wanted = part.group(1) + String.format(Locale.ROOT, format, fromZero ? i : i + 1);
        require(wanted, path, "is one of " + count + " parts");
      }
    }
  }

  /** A checkpoint of TensorFlow is an index and its data. */
  private void checkTensorFlow() {
    for (ModelFile file : ending(".index")) {
      String data = file.path().substring(0, file.path().length() - "index".length()) + "data-";
      if (present.stream().noneMatch(path -> path.startsWith(data))) {
        require(data + "00000-of-00001", file.path(), "is the index of it");
      }
    }
  }

  private void checkGraph(ModelFile file) throws IOException {
    for (String name : OnnxExternalData.locations(file)) {
      require(folder(file) + name, file.path(), "keeps its tensors in it");
    }
  }

  /** The usual ones are read by whoever compares them with the headers of their shards. */
  private void checkIndex(ModelFile file) throws IOException {
    if (ShardIndex.isIndex(file.path())) {
      return;
    }
    JsonNode map = json(file).path("weight_map");
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getValue().asText("");
      if (isPlain(name)) {
        require(folder(file) + name, file.path(), "names it");
      }
    }
  }

  /** What it names may be a file of its author's machine; only what was left out is missed. */
  private void checkTokenizer(ModelFile file) throws IOException {
    for (Map.Entry<String, JsonNode> entry : json(file).properties()) {
      String path = folder(file) + entry.getValue().asText("");
      if (entry.getKey().endsWith("_file") && inSource.contains(path)) {
        require(path, file.path(), "names it as " + entry.getKey());
      }
    }
  }

  private static JsonNode json(ModelFile file) throws IOException {
    if (file.size() > (file.path().endsWith(".index.json") ? 64 << 20 : LARGEST_CONFIG)) {
      return Json.object();
    }
    try {
      return Json.parse(file.head((int) file.size()));
    } catch (InvalidJsonException e) {
      // Whoever reads it says so better.
      return Json.object();
    }
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty() && !name.contains("\\") && !name.startsWith("/");
  }

  private static String folder(ModelFile file) {
    return file.path().substring(0, file.path().lastIndexOf('/') + 1);
  }

  private void require(String path, String by, String why) {
    if (!present.contains(path)) {
      boolean leftOut = inSource.contains(path);
      throw new ModelcarException(
          PackagingError.WEIGHTS_SHARD_MISSING,
          "%s is %s, but %s %s".formatted(path, leftOut ? "left out" : "missing", by, why),
          leftOut
              ? "Select both or none of them: --include and --exclude take patterns of paths."
              : "Download " + path + " as well, or leave out " + by + " with --exclude.",
          null);
    }
  }
}
