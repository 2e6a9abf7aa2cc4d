package dev.modelcar.sizing.model;

import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.packaging.weights.GgufContents;
import dev.modelcar.packaging.weights.SafetensorsHeader;
import dev.modelcar.packaging.weights.ShardIndex;
import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the config of a model and the headers of its weights, and nothing else of it. */
public final class ModelHeaders {
  private static final int LARGEST_CONFIG = 16 << 20;
  private static final int AT_ONCE = 8;
  private static final Pattern SPLIT = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  private final Map<String, ModelFile> files;
  private final List<String> notes = new ArrayList<>();

  private ModelHeaders(List<ModelFile> files) {
    this.files =
        files.stream()
            .collect(Collectors.toMap(ModelFile::path, file -> file, (a, b) -> b, TreeMap::new));
  }

  /**
   * Reads what is needed to size a model.
   *
   * @throws ModelcarException {@link SizingError} if it is none, or cannot be sized; errors of
   *     headers and of the source
   */
  public static ModelFacts read(List<ModelFile> files) throws IOException {
    return new ModelHeaders(files).read();
  }

  private ModelFacts read() throws IOException {
    List<ModelFile> gguf =
        files.values().stream()
            .filter(file -> file.path().endsWith(".gguf"))
            .filter(file -> !file.name().startsWith("mmproj"))
            .toList();
    boolean safetensors =
        files.keySet().stream()
            .anyMatch(path -> path.endsWith(".safetensors") && !path.startsWith("adapter_"));
    if (!gguf.isEmpty() && !safetensors) {
      return gguf(gguf);
    }
    ModelFile config = files.get("config.json");
    if (config == null) {
      throw withoutConfig();
    }
    if (config.size() > LARGEST_CONFIG) {
      throw new ModelcarException(
          SizingError.SIZING_CONFIG_INVALID, "config.json cannot be used: it is too large");
    }
    List<ModelFile> shards = shards();
    List<TensorInfo> tensors =
        Threads.map(
                shards,
                AT_ONCE,
                "reading the headers of weights",
                (ModelFile shard) -> SafetensorsHeader.read(shard, SafetensorsHeader.USUAL_LENGTH))
            .stream()
            .flatMap(List::stream)
            .toList();
    Architecture architecture =
        ConfigReader.read(config.head((int) config.size()), Weights.stored(tensors));
    compare(architecture, tensors);
    long largest = shards.stream().mapToLong(ModelFile::size).max().orElse(0);
    Weights weights = Weights.of(tensors, architecture.dimensions().layers(), largest);
    if (!weights.draft().isEmpty()) {
      notes.add(
          "The weights include a draft head (MTP), which is counted only with --speculative mtp.");
    }
    return new ModelFacts.Checkpoint(architecture, weights, notes);
  }

  private ModelcarException withoutConfig() throws IOException {
    ModelFile adapter = files.get("adapter_config.json");
    if (adapter != null) {
      String base = "";
      try {
        base =
            Json.text(
                    Json.parse(adapter.head((int) Math.min(adapter.size(), LARGEST_CONFIG))),
                    "base_model_name_or_path")
                .map(name -> " of " + name.replaceAll("[^ -~]", "?"))
                .orElse("");
      } catch (InvalidJsonException e) {
        base = "";
      }
      return new ModelcarException(
          SizingError.SIZING_ADAPTER,
          "this is an adapter%s, without its base model".formatted(base));
    }
    return new ModelcarException(
        SizingError.SIZING_CONFIG_MISSING,
        files.containsKey("model_index.json")
            ? "the model has model_index.json instead of config.json: a pipeline of several models that do not generate text"
            : "the model has no config.json");
  }

  /** The files whose tensors an engine loads. */
  private List<ModelFile> shards() throws IOException {
    ModelFile index = files.get("model.safetensors.index.json");
    if (index == null) {
      index =
          files.values().stream()
              .filter(file -> file.path().endsWith(".safetensors.index.json"))
              .findFirst()
              .orElse(null);
    }
    if (index != null) {
      List<ModelFile> shards = new ArrayList<>();
      for (String path : ShardIndex.read(index).headerLengths().keySet()) {
        ModelFile shard = files.get(path);
        if (shard == null) {
          throw new ModelcarException(
              dev.modelcar.packaging.weights.PackagingError.WEIGHTS_SHARD_MISSING,
              "%s names %s, which is missing".formatted(index.path(), path));
        }
        shards.add(shard);
      }
      return shards;
    }
    List<ModelFile> all =
        files.values().stream()
            .filter(file -> file.path().endsWith(".safetensors") && !file.path().contains("/"))
            .filter(file -> !file.name().startsWith("adapter_"))
            .toList();
    List<ModelFile> named = all.stream().filter(file -> file.name().startsWith("model")).toList();
    List<ModelFile> shards = named.isEmpty() ? all : named;
    if (shards.isEmpty()) {
      throw new ModelcarException(
          SizingError.SIZING_CONFIG_MISSING,
          "the model has a config.json, but no weights whose headers can be read",
          "Sizes follow from safetensors or GGUF; convert pickles to safetensors first.",
          null);
    }
    return shards;
  }

  /** A config that contradicts the weights would give sizes of another model. */
  private void compare(Architecture architecture, List<TensorInfo> tensors) {
    int layers = Weights.layers(tensors);
    int named = architecture.dimensions().layers();
    int most = named + Math.max(1, architecture.draftLayers());
    if (layers > 0 && (layers < named || layers > most)) {
      throw new ModelcarException(
          SizingError.SIZING_CONFIG_INVALID,
          "config.json contradicts the headers of the weights: num_hidden_layers is %d, but the weights have %d layers"
              .formatted(named, layers));
    }
    Architecture.Dimensions dimensions = architecture.dimensions();
    long expected = (long) dimensions.kvHeads() * dimensions.headSize() * dimensions.hidden();
    boolean usual =
        architecture.caches().size() == named
            && architecture.caches().stream()
                .allMatch(cache ->
                    cache instanceof LayerCache.Full(int heads, int size, int value)
                        && heads == dimensions.kvHeads()
                        && size == dimensions.headSize());
    for (TensorInfo tensor : usual ? tensors : List.<TensorInfo>of()) {
      if (tensor
              .name()
              .matches("(?:language_model\\.|model\\.)*layers\\.0\\.self_attn\\.k_proj\\.weight")
          && tensor.dtype().matches("BF16|F16|F32|F8_E4M3")
          && tensor.elements() != expected) {
        notes.add(
            "config.json contradicts the headers of the weights: the keys of a layer would have %d weights, but %d are there; the cache is sized by config.json."
                .formatted(expected, tensor.elements()));
      }
    }
  }

  private ModelFacts gguf(List<ModelFile> all) throws IOException {
    Map<String, List<ModelFile>> models = new TreeMap<>();
    for (ModelFile file : all) {
      Matcher split = SPLIT.matcher(file.path());
      models
          .computeIfAbsent(split.matches() ? split.group(1) : file.path(), key -> new ArrayList<>())
          .add(file);
    }
    if (models.size() > 1) {
      throw new ModelcarException(
          SizingError.SIZING_AMBIGUOUS,
          "there are %d GGUF models: %s"
              .formatted(
                  models.size(),
                  models.keySet().stream().limit(12).collect(Collectors.joining(", "))));
    }
    Map.Entry<String, List<ModelFile>> model = models.entrySet().iterator().next();
    List<ModelFile> parts = model.getValue();
    parts.sort(Comparator.comparing(ModelFile::path));
    Matcher split = SPLIT.matcher(parts.getFirst().path());
    if (split.matches() && Integer.parseInt(split.group(3)) != parts.size()) {
      throw new ModelcarException(
          dev.modelcar.packaging.weights.PackagingError.WEIGHTS_SHARD_MISSING,
          "%s has %d of its %s parts".formatted(model.getKey(), parts.size(), split.group(3)));
    }
    List<GgufContents> contents =
        Threads.map(parts, AT_ONCE, "reading the headers of weights", GgufContents::read);
    List<TensorInfo> tensors = contents.stream().flatMap(part -> part.tensors().stream()).toList();
    if (files.keySet().stream().anyMatch(path -> path.contains("mmproj"))) {
      notes.add("The projector for images (mmproj) is not counted.");
    }
    long largest = parts.stream().mapToLong(ModelFile::size).max().orElse(0);
    return new ModelFacts.Gguf(
        model.getKey(), contents.getFirst(), new Weights(tensors, List.of(), largest), notes);
  }

  /** The model in a folder of an image is at its root here. */
  static Optional<String> inModels(String path) {
    String clean = path.startsWith("./") ? path.substring(2) : path;
    return clean.startsWith("models/") ? Optional.of(clean.substring(7)) : Optional.empty();
  }
}
