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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that are of no use without others: parts of a series, indexes and their parts, graphs and
 * the data beside them, configurations that name a file.
 */
final class Companions {
  /** Small files that name others. */
  private static final Pattern NAMING =
      Pattern.compile(
          ".*(\\.index\\.json|tokenizer_config\\.json|adapter_config\\.json|model_index\\.json|modules\\.json)");

  /** {@code model-00001-of-00004.gguf}, {@code model-1-of-2.bin}, {@code x.data-00000-of-00002}. */
  private static final Pattern PART = Pattern.compile("(.*[-._])(\\d{1,6})-of-(\\d{1,6})(|\\..*)");

  /** Numbered texts are nobody's weights. */
  private static final Pattern TEXT =
      Pattern.compile(".*\\.(json|jsonl|txt|md|csv|tsv|log|ya?ml|py|parquet|arrow)");

  private static final Pattern WEIGHTS =
      Pattern.compile(".*\\.(safetensors|bin|pt|pth|ckpt|gguf|npz)");

  /** What a tokenizer cannot do without, unless it is there in its other form. */
  private static final Set<String> VOCABULARY = Set.of("vocab_file", "merges_file");

  private static final int MOST_PARTS = 99_999;
  private static final int LARGEST_CONFIG = 4 << 20;

  private final List<ModelFile> chosen;
  private final Set<String> present = new HashSet<>();
  private final Set<String> inSource = new HashSet<>();
  private final Set<String> excluded;

  private Companions(List<ModelFile> chosen, List<ModelFile> source, Set<String> excluded) {
    this.chosen = chosen;
    this.excluded = excluded;
    chosen.forEach(file -> present.add(file.path()));
    source.forEach(file -> inSource.add(file.path()));
  }

  /**
   * Refuses a selection in which something is missing.
   *
   * @param source all files that there are, chosen or not
   * @param excluded what the user left out by name, and is not asked for again where it can be done
   *     without
   * @param looking whether files are looked into, or only their names are compared
   * @throws ModelcarException {@link PackagingError#WEIGHTS_SHARD_MISSING} naming what is missing,
   *     and the file that wants it
   */
  static void check(
      List<ModelFile> chosen, List<ModelFile> source, Set<String> excluded, boolean looking) {
    Companions companions = new Companions(chosen, source, excluded);
    companions.checkSeries();
    companions.checkTensorFlow();
    companions.checkOpenVino();
    companions.checkChatTemplates();
    if (!looking) {
      return;
    }
    Heads.forEach(companions.ending(".onnx"), companions::checkGraph);
    Heads.forEach(companions.ending(".index.json"), companions::checkIndex);
    Heads.forEach(companions.ending("tokenizer_config.json"), companions::checkTokenizer);
    Heads.forEach(companions.ending("adapter_config.json"), companions::checkAdapter);
    Heads.forEach(companions.ending("model_index.json"), companions::checkPipeline);
    Heads.forEach(companions.ending("modules.json"), companions::checkModules);
  }

  /** Whether a check reads all of it. */
  static boolean isRead(ModelFile file) {
    return NAMING.matcher(file.path()).matches();
  }

  private List<ModelFile> ending(String ending) {
    return chosen.stream().filter(file -> file.path().endsWith(ending)).toList();
  }

  /** All parts of each numbered series; TensorFlow counts from zero, all others from one. */
  private void checkSeries() {
    Set<String> seen = new HashSet<>();
    for (String path : new TreeSet<>(present)) {
      Matcher part = PART.matcher(path);
      if (!part.matches()
          || TEXT.matcher(path).matches()
          || !seen.add(part.group(1) + "/" + part.group(3) + part.group(4))) {
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

  /** The graph of an OpenVINO model is of no use without its weights. */
  private void checkOpenVino() {
    for (ModelFile file : ending(".xml")) {
      if (file.name().startsWith("openvino")) {
        require(
            file.path().replaceFirst("xml$", "bin"), file.path(), "is the graph of its weights");
      }
    }
  }

  /** Without its template, a server makes up another form of chat or none. */
  private void checkChatTemplates() {
    for (ModelFile file : ending("tokenizer_config.json")) {
      for (String path : inSource) {
        String name = path.startsWith(folder(file)) ? path.substring(folder(file).length()) : "";
        boolean template =
            name.matches("(additional_chat_templates/[^/]+|chat_template)\\.(jinja|json)");
        if (template && !excluded.contains(path)) {
          require(path, file.path(), "is of a chat model whose template it is");
        }
      }
    }
  }

  /**
   * What it names may be a file of its author's machine; missed is only what was left out, or what
   * should lie beside it and nothing else can stand in for.
   */
  private void checkTokenizer(ModelFile file) throws IOException {
    boolean fast = inSource.contains(folder(file) + "tokenizer.json");
    for (Map.Entry<String, JsonNode> entry : json(file).properties()) {
      String name = Optional.ofNullable(entry.getValue().textValue()).orElse("");
      String path = folder(file) + name;
      boolean needed = !fast && VOCABULARY.contains(entry.getKey()) && isPlain(name);
      boolean beside = needed && !name.contains("/");
      if (entry.getKey().endsWith("_file") && (inSource.contains(path) || beside)) {
        require(path, file.path(), "names it as " + entry.getKey());
      }
    }
  }

  /** An adapter is weights; its base may be another model, or a folder beside it. */
  private void checkAdapter(ModelFile file) throws IOException {
    String folder = folder(file);
    if (present.stream().noneMatch(p -> isIn(p, folder) && WEIGHTS.matcher(p).matches())) {
      require(folder + "adapter_model.safetensors", file.path(), "describes it");
    }
    String base = json(file).path("base_model_name_or_path").asText("").replaceFirst("^\\./", "");
    requireFolder(folder + base, file.path(), "names it as the base model");
  }

  private static boolean isIn(String path, String folder) {
    return path.startsWith(folder) && path.indexOf('/', folder.length()) < 0;
  }

  /** A pipeline of diffusers names its parts, each a folder: {@code "unet": ["diffusers", "…"]}. */
  private void checkPipeline(ModelFile file) throws IOException {
    for (Map.Entry<String, JsonNode> part : json(file).properties()) {
      String path = folder(file) + part.getKey();
      boolean used = part.getValue().isArray() && part.getValue().path(1).isTextual();
      boolean known = Set.of("unet", "transformer", "vae", "text_encoder").contains(part.getKey());
      if (used && known && filesIn(inSource, path) == 0) {
        require(path + "/config.json", file.path(), "names its folder as a part of the pipeline");
      } else if (used) {
        requireFolder(path, file.path(), "names it as a part of the pipeline");
      }
    }
  }

  /** The modules of a sentence transformer, some of which have no files. */
  private void checkModules(ModelFile file) throws IOException {
    for (JsonNode module : json(file)) {
      requireFolder(folder(file) + module.path("path").asText(""), file.path(), "names it");
    }
  }

  private static long filesIn(Set<String> paths, String folder) {
    return paths.stream().filter(path -> path.startsWith(folder + "/")).count();
  }

  /** A folder of the source of which nothing was chosen. */
  private void requireFolder(String path, String by, String why) {
    if (filesIn(inSource, path) > 0 && filesIn(present, path) == 0) {
      throw refused(path, true, by, why);
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
      throw refused(path, inSource.contains(path), by, why);
    }
  }

  private static ModelcarException refused(String path, boolean leftOut, String by, String why) {
    return new ModelcarException(
        PackagingError.WEIGHTS_SHARD_MISSING,
        "%s is %s, but %s %s".formatted(path, leftOut ? "left out" : "missing", by, why),
        leftOut
            ? "Select both or none of them: --include and --exclude take patterns of paths."
            : "Download " + path + " as well, or leave out " + by + " with --exclude.",
        null);
  }
}
