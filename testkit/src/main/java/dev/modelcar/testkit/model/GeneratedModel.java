package dev.modelcar.testkit.model;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model's files: valid in form, without meaning, the same on every machine. Weights are computed
 * when they are read, so a model of hundreds of gigabytes takes a few megabytes of memory.
 *
 * <p>Immutable; each {@code with} gives another model. Those that add something derived from the
 * weights take the weights as they are then, so change shards first.
 */
public final class GeneratedModel {
  /** Part of every remembered digest: raise it whenever the bytes of generated files change. */
  private static final int GENERATOR_VERSION = 1;

  private final List<GeneratedFile> files;
  private final List<Shard> shards;
  private final long seed;

  private GeneratedModel(List<GeneratedFile> files, List<Shard> shards, long seed) {
    this.files = files.stream().sorted(Comparator.comparing(GeneratedFile::path)).toList();
    this.shards = List.copyOf(shards);
    this.seed = seed;
  }

  /** A model of exactly these files, and no weights that this class knows of. */
  public static GeneratedModel of(List<GeneratedFile> files) {
    return new GeneratedModel(files, List.of(), 0);
  }

  /**
   * A llama-like model in the layout of a hub: configuration, tokenizer, chat template, model card,
   * licence, and safetensors weights with an index if there is more than one shard.
   *
   * @param seed gives other weights for another number
   * @param bytesPerShard the exact size of each weights file: a multiple of 8, at least 4096
   * @throws IllegalArgumentException if there is no shard or the size is not possible
   */
  public static GeneratedModel llama(long seed, int shardCount, long bytesPerShard) {
    ShardLayout layout = new ShardLayout(shardCount, bytesPerShard);
    WeightBlock block = new WeightBlock(seed);
    List<Shard> shards = new ArrayList<>();
    for (int i = 1; i <= shardCount; i++) {
      String path =
          shardCount == 1
              ? "model.safetensors"
              : "model-%05d-of-%05d.safetensors".formatted(i, shardCount);
      ShardLayout.Filling filling = layout.filling(i);
      Content data = new WeightContent(block, WeightBlock.start(seed, path), filling.dataBytes());
      String identity =
          "generator=%d seed=%d size=%d file=%s"
              .formatted(GENERATOR_VERSION, seed, bytesPerShard, path);
      shards.add(new Shard(path, filling.tensors(), filling.headerArea(), data, identity));
    }
    List<GeneratedFile> files = new ArrayList<>();
    int layers = layout.layersPerShard() * shardCount;
    files.add(text("config.json", ModelTexts.config(layout.width(), layers)));
    files.add(text("generation_config.json", ModelTexts.generationConfig()));
    files.add(text("tokenizer.json", ModelTexts.tokenizer()));
    files.add(text("tokenizer_config.json", ModelTexts.tokenizerConfig()));
    files.add(text("special_tokens_map.json", ModelTexts.specialTokensMap()));
    files.add(text("chat_template.jinja", ModelTexts.chatTemplate()));
    files.add(text("README.md", ModelTexts.readme(seed)));
    files.add(text("LICENSE", ModelTexts.license()));
    shards.forEach(shard -> files.add(shard.file()));
    if (shardCount > 1) {
      Content index = ShardIndex.of(shards, Shard::path);
      files.add(new GeneratedFile("model.safetensors.index.json", index));
    }
    return new GeneratedModel(files, shards, seed);
  }

  private static GeneratedFile text(String path, String text) {
    return new GeneratedFile(path, Content.of(text));
  }

  /** The files, sorted by path. */
  public List<GeneratedFile> files() {
    return files;
  }

  /**
   * The file with this path.
   *
   * @throws IllegalArgumentException if there is none
   */
  public GeneratedFile file(String path) {
    return files.stream()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no file " + path));
  }

  /** The size of all files together, in bytes. */
  public long totalBytes() {
    return files.stream().mapToLong(GeneratedFile::size).sum();
  }

  /** Adds {@code consolidated.safetensors}: all weights a second time, in one file. */
  public GeneratedModel withConsolidated() {
    checkWeights();
    List<Tensor> tensors = shards.stream().flatMap(shard -> shard.tensors().stream()).toList();
    List<Content> parts = new ArrayList<>();
    byte[] header = SafetensorsHeader.bytes(tensors, SafetensorsHeader.area(tensors));
    parts.add(Content.of(header));
    shards.forEach(shard -> parts.add(shard.data()));
    String identity = allShards() + " consolidated";
    return withFile("consolidated.safetensors", new JoinedContent(parts, identity));
  }

  private String allShards() {
    return String.join(" ", shards.stream().map(Shard::identity).toList());
  }

  /** Adds {@code pytorch_model*.bin}: all weights a second time, as PyTorch saves them. */
  public GeneratedModel withPickleTwin() {
    checkWeights();
    GeneratedModel result = this;
    for (Shard shard : shards) {
      GeneratedFile twin = PickleTwin.of(shard, picklePath(shard));
      result = result.withFile(twin.path(), twin.content());
    }
    return shards.size() == 1
        ? result
        : result.withFile("pytorch_model.bin.index.json", ShardIndex.of(shards, this::picklePath));
  }

  private String picklePath(Shard shard) {
    return PickleTwin.path(shards.indexOf(shard) + 1, shards.size());
  }

  /** Adds {@code onnx/model.onnx}, small and valid. */
  public GeneratedModel withOnnx() {
    return withFile("onnx/model.onnx", SmallFormats.onnx());
  }

  /** Adds {@code model.gguf}, small and valid. */
  public GeneratedModel withGguf() {
    return withFile("model.gguf", SmallFormats.gguf(seed));
  }

  /** Adds a file, or replaces the one with this path. */
  public GeneratedModel withFile(String path, Content content) {
    List<GeneratedFile> changed = new ArrayList<>(withoutFile(path).files);
    changed.add(new GeneratedFile(path, content));
    return new GeneratedModel(changed, shards, seed);
  }

  /** Removes a file, if there is one with this path. */
  public GeneratedModel withoutFile(String path) {
    List<GeneratedFile> rest = files.stream().filter(file -> !file.path().equals(path)).toList();
    return new GeneratedModel(rest, shards, seed);
  }

  /**
   * Gives one shard other weights of the same names and sizes, as a fine-tuning does.
   *
   * @param shard counted from 1, as in the names of the files
   */
  public GeneratedModel withChangedShard(int shard, long newSeed) {
    checkWeights();
    List<Shard> changed = new ArrayList<>(shards);
    Shard other = changed.get(shard - 1).changed(newSeed);
    changed.set(shard - 1, other);
    GeneratedFile file = other.file();
    return new GeneratedModel(withFile(file.path(), file.content()).files, changed, seed);
  }

  private void checkWeights() {
    if (shards.isEmpty()) {
      throw new IllegalStateException("this model has no weights of its own");
    }
  }

  /** Computes the digests of all files, on all processors; later each is known at once. */
  public void hashAll() {
    Hashing.hash(contents());
  }

  /**
   * The same, with a file that remembers the digests of weights for the next process.
   *
   * @throws IOException if the file cannot be read or written
   */
  public void hashAll(Path cache) throws IOException {
    Hashing.hash(contents(), new DigestCache(cache));
  }

  private List<Content> contents() {
    return files.stream().map(GeneratedFile::content).toList();
  }

  /**
   * Writes all files below a folder, which is made if it does not exist.
   *
   * @throws IOException if the disk fails, or a path leads out of the folder
   */
  public void writeTo(Path folder) throws IOException {
    for (GeneratedFile file : files) {
      Path target = folder.resolve(file.path()).normalize();
      if (!target.startsWith(folder.normalize())) {
        throw new IOException(file.path() + " leads out of the folder");
      }
      for (Path parent : Stream.ofNullable(target.getParent()).toList()) {
        Files.createDirectories(parent);
      }
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
        file.content().writeTo(out, 0, file.size());
      }
    }
  }
}
