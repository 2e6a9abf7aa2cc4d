package dev.modelcar.packaging.selection;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.GgufHeader;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.packaging.weights.Pickle;
import dev.modelcar.packaging.weights.SafetensorsHeader;
import dev.modelcar.packaging.weights.ShardIndex;
import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks at the weights among the chosen files by their first bytes: whether they are whole, whether
 * an index and its shards agree, which of them are there twice, which would run code.
 */
final class WeightInspection {
  private static final String LFS = "version https://git-lfs.github.com/spec/";
  private static final int LFS_LARGEST = 1024;
  private static final Pattern SHARD = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.safetensors");

  private static final int LARGE = 1 << 20;
  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(safetensors|gguf|bin|pt|pth|ckpt|onnx|h5|keras|msgpack|ot|tflite|pb|pkl|pickle|joblib"
              + "|pmml|bst|ubj|cbm|npz|nemo|plan|engine|mar|llamafile|data-\\d+-of-\\d+)"
              + "|(.*/)?(model\\.(txt|json|model|xml)|MLmodel|params|ner/model)");
  private static final Pattern ARCHIVE = Pattern.compile(".*\\.(tar|tar\\.\\w+|tgz|zip|7z|rar)");
  private static final Pattern TEXT =
      Pattern.compile(
          ".*(\\.(json|jsonl|txt|md|csv|tsv|py|jinja|ya?ml|html)|tokenizer[^/]*|vocab[^/]*|\\.spm"
              + "|merges[^/]*|\\.tiktoken|sentencepiece[^/]*|spiece\\.model)");

  private final Snapshot snapshot;
  private final List<ModelFile> chosen;
  private final boolean keepDuplicates;
  private final boolean allowPickle;

  WeightInspection(
      Snapshot snapshot, List<ModelFile> chosen, boolean keepDuplicates, boolean allowPickle) {
    this.snapshot = snapshot;
    this.chosen = chosen;
    this.keepDuplicates = keepDuplicates;
    this.allowPickle = allowPickle;
  }

  /** Whether what is kept may depend on what is in the files: there could be something twice. */
  boolean isChoice() {
    Set<String> sets = new HashSet<>();
    for (ModelFile file : chosen) {
      if (Pickle.mayBe(file.path()) || Duplicates.isForeign(file)) {
        return true;
      }
      if (file.path().endsWith(".safetensors")) {
        sets.add(group(file.path()));
      }
    }
    return sets.size() > 1;
  }

  /** All that was chosen, on trust. */
  Selection unseen() {
    return new Selection(snapshot, chosen, List.of(), notes(chosen));
  }

  /**
   * Chooses among the weights.
   *
   * @throws ModelcarException with the first thing that is wrong
   */
  Selection inspect() {
    Heads.forEach(
        chosen.stream().filter(WeightInspection::mayBePointer).toList(), this::refusePointer);
    Map<String, ShardIndex> indexes = readIndexes();
    Map<String, List<TensorInfo>> headers = readHeaders(indexes);
    checkShards(indexes, headers);
    List<WeightSet> sets = sets(indexes, headers);
    Set<String> pickles = pickles();
    List<Selection.Dropped> dropped =
        keepDuplicates ? new ArrayList<>() : new Duplicates(chosen, sets, indexes, pickles).find();
    Set<String> droppedPaths =
        dropped.stream().map(d -> d.file().path()).collect(Collectors.toSet());
    refusePickles(pickles, droppedPaths);
    List<ModelFile> kept =
        chosen.stream().filter(file -> !droppedPaths.contains(file.path())).toList();
    return new Selection(snapshot, kept, dropped, notes(kept));
  }

  // ---- pointers ----

  private static boolean mayBePointer(ModelFile file) {
    return file.size() <= LFS_LARGEST;
  }

  /** Whether a check looks at it, however small it is. */
  static boolean isRead(ModelFile file) {
    return mayBePointer(file) || ShardIndex.isIndex(file.path()) || Pickle.mayBe(file.path());
  }

  private void refusePointer(ModelFile file) throws IOException {
    String head = new String(file.head(LFS.length()), StandardCharsets.ISO_8859_1);
    if (head.equals(LFS)) {
      ModelcarException pointer =
          new ModelcarException(
              PackagingError.SOURCE_LFS_POINTER,
              file.path() + " is a Git LFS pointer, not the file itself");
      throw snapshot.reference() instanceof SourceReference.Hub
          ? pointer.advising(
              "The repository itself holds the pointer: only its author can upload the file. Leave it"
                  + " out with --exclude '%s'.".formatted(file.path()))
          : pointer;
    }
  }

  // ---- indexes and headers ----

  private Map<String, ShardIndex> readIndexes() {
    Map<String, ShardIndex> indexes = new TreeMap<>();
    Heads.<ShardIndex>map(
            chosen.stream().filter(file -> ShardIndex.isIndex(file.path())).toList(),
            ShardIndex::read)
        .forEach((file, index) -> indexes.put(file.path(), index));
    return indexes;
  }

  private Map<String, List<TensorInfo>> readHeaders(Map<String, ShardIndex> indexes) {
    Map<String, Integer> guesses = new HashMap<>();
    indexes.values().forEach(index -> guesses.putAll(index.headerLengths()));
    Map<String, List<TensorInfo>> headers = new TreeMap<>();
    Heads.<List<TensorInfo>>map(
            files(".safetensors"),
            file ->
                SafetensorsHeader.read(
                    file,
                    guesses.containsKey(file.path())
                        ? guesses.get(file.path()) * 5 / 4 + 4096
                        : SafetensorsHeader.USUAL_LENGTH))
        .forEach((file, header) -> headers.put(file.path(), header));
    Heads.forEach(files(".gguf"), GgufHeader::check);
    for (ModelFile file : chosen) {
      if (file.size() == 0 && (Pickle.mayBe(file.path()) || file.path().endsWith(".onnx"))) {
        throw new ModelcarException(
            PackagingError.WEIGHTS_INVALID,
            "the weights in " + file.path() + " are empty: 0 bytes");
      }
    }
    return headers;
  }

  private List<ModelFile> files(String ending) {
    return chosen.stream().filter(file -> file.path().endsWith(ending)).toList();
  }

  /** An index and its shards name the same tensors. */
  private void checkShards(Map<String, ShardIndex> indexes, Map<String, List<TensorInfo>> headers) {
    Set<String> present = new HashSet<>();
    chosen.forEach(file -> present.add(file.path()));
    for (ShardIndex index : indexes.values()) {
      checkShards(index, headers, present);
    }
    for (String path : headers.keySet()) {
      Matcher numbered = SHARD.matcher(path);
      if (numbered.matches()) {
        checkNumbered(numbered, path, indexes);
      }
    }
  }

  private static void checkShards(
      ShardIndex index, Map<String, List<TensorInfo>> headers, Set<String> present) {
    Map<String, Set<String>> named = new TreeMap<>();
    index
        .tensors()
        .forEach((tensor, path) -> named.computeIfAbsent(path, p -> new HashSet<>()).add(tensor));
    named.forEach((path, tensors) -> {
      if (!present.contains(path)) {
        throw new ModelcarException(
            PackagingError.WEIGHTS_SHARD_MISSING,
            "the index %s names the shard %s, which is missing".formatted(index.path(), path));
      }
      List<TensorInfo> header = headers.get(path);
      if (header != null) {
        compare(index, path, tensors, header);
      }
    });
  }

  private static void compare(
      ShardIndex index, String path, Set<String> named, List<TensorInfo> header) {
    Set<String> held = header.stream().map(TensorInfo::name).collect(Collectors.toSet());
    Set<String> missing = new HashSet<>(named);
    missing.removeAll(held);
    Set<String> foreign = new HashSet<>(held);
    foreign.removeAll(named);
    foreign.removeIf(tensor -> index.tensors().containsKey(tensor));
    if (!missing.isEmpty() || !foreign.isEmpty()) {
      throw new ModelcarException(
          PackagingError.WEIGHTS_INVALID,
          "the shard %s does not belong to the index %s: %s"
              .formatted(
                  path,
                  index.path(),
                  missing.isEmpty()
                      ? "it contains %d tensors that are not in the index".formatted(foreign.size())
                      : "%d tensors that the index places in it are missing"
                          .formatted(missing.size())),
          disagreement(index.path()),
          null);
    }
  }

  private static void checkNumbered(
      Matcher numbered, String path, Map<String, ShardIndex> indexes) {
    ShardIndex index = indexes.get(numbered.group(1) + ".safetensors.index.json");
    if (index != null && !index.tensors().containsValue(path)) {
      throw new ModelcarException(
          PackagingError.WEIGHTS_INVALID,
          "the index %s does not name the shard %s".formatted(index.path(), path),
          disagreement(index.path()),
          null);
    }
  }

  private static String disagreement(String index) {
    return ("If both come from one revision, a new download does not help: leave the index out with"
            + " --exclude '%s', for servers that read the shards without it, or ask the model's author.")
        .formatted(index);
  }

  // ---- sets ----

  private List<WeightSet> sets(
      Map<String, ShardIndex> indexes, Map<String, List<TensorInfo>> headers) {
    Map<String, ModelFile> files =
        chosen.stream().collect(Collectors.toMap(ModelFile::path, file -> file));
    List<WeightSet> sets = new ArrayList<>();
    Set<String> indexed = new HashSet<>();
    for (ShardIndex index : indexes.values()) {
      List<String> shards =
          index.tensors().values().stream().distinct().filter(headers::containsKey).toList();
      if (!shards.isEmpty()) {
        indexed.addAll(shards);
        sets.add(set(index.path(), shards, files, headers, true));
      }
    }
    Map<String, List<String>> others =
        headers.keySet().stream()
            .filter(path -> !indexed.contains(path))
            .collect(
                Collectors.groupingBy(WeightInspection::group, TreeMap::new, Collectors.toList()));
    others.forEach((group, paths) -> sets.add(set(group, paths, files, headers, false)));
    return sets;
  }

  /** Numbered files without an index belong together, as do all parts of a consolidated one. */
  private static String group(String path) {
    Matcher numbered = SHARD.matcher(path);
    if (numbered.matches()) {
      return numbered.group(1);
    }
    return path.replaceFirst("(consolidated)[^/]*\\.safetensors$", "$1");
  }

  private static WeightSet set(
      String name,
      List<String> paths,
      Map<String, ModelFile> files,
      Map<String, List<TensorInfo>> headers,
      boolean indexed) {
    List<ModelFile> members = new ArrayList<>();
    List<TensorInfo> tensors = new ArrayList<>();
    for (String path : paths) {
      members.add(java.util.Objects.requireNonNull(files.get(path)));
      tensors.addAll(java.util.Objects.requireNonNull(headers.get(path)));
    }
    String folder = name.substring(0, name.lastIndexOf('/') + 1);
    return new WeightSet(folder, name, members, tensors, indexed);
  }

  // ---- pickles ----

  private Set<String> pickles() {
    Set<String> pickles = new HashSet<>();
    Heads.<Boolean>map(
            chosen.stream().filter(file -> Pickle.mayBe(file.path())).toList(), Pickle::is)
        .forEach((file, is) -> {
          if (is) {
            pickles.add(file.path());
          }
        });
    return pickles;
  }

  private void refusePickles(Set<String> pickles, Set<String> dropped) {
    List<String> left = pickles.stream().filter(path -> !dropped.contains(path)).sorted().toList();
    if (left.isEmpty() || allowPickle) {
      return;
    }
    throw new ModelcarException(
        PackagingError.SELECTION_PICKLE_REFUSED,
        "%s %s pickled, which executes code when loaded, and the same weights are not present in"
                .formatted(
                    left.size() == 1 ? left.getFirst() : left.getFirst() + " and others",
                    left.size() == 1 ? "is" : "are")
            + " another format",
        "Convert the weights to safetensors, leave the files out with --exclude, or, if you trust"
            + " the author, add --allow-pickle.",
        null);
  }

  // ---- notes ----

  /** By its name, or because it is large and not known to be anything else. */
  private static boolean mayBeWeights(ModelFile file) {
    return WEIGHTS.matcher(file.path()).matches()
        || (file.size() >= LARGE && !TEXT.matcher(file.path()).matches());
  }

  private List<String> notes(List<ModelFile> kept) {
    List<String> notes = new ArrayList<>();
    if (kept.stream().noneMatch(WeightInspection::mayBeWeights)) {
      notes.add("NO WEIGHTS: nothing that is packed looks like the weights of a model");
    }
    kept.stream()
        .filter(file -> ARCHIVE.matcher(file.path()).matches())
        .forEach(file ->
            notes.add(
                file.path()
                    + " is an archive: packed as it is, and servers do not unpack it (--exclude leaves"
                    + " it out)"));
    long quantizations =
        kept.stream()
            .map(ModelFile::path)
            .filter(path -> path.endsWith(".gguf"))
            .map(path -> path.replaceFirst("-\\d+-of-\\d+(?=\\.gguf$)", ""))
            .distinct()
            .count();
    if (quantizations > 1) {
      notes.add(
          "%d GGUF files are packed; choose one with --include if they are quantizations of one model"
              .formatted(quantizations));
    }
    long scripts = kept.stream().filter(file -> file.path().endsWith(".py")).count();
    if (scripts > 0) {
      notes.add(
          "%s packed; servers execute %s only with trust_remote_code"
              .formatted(
                  scripts == 1 ? "1 Python file is" : scripts + " Python files are",
                  scripts == 1 ? "it" : "them"));
    }
    return notes;
  }
}
