package dev.modelcar.packaging.selection;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.weights.ShardIndex;
import dev.modelcar.source.ModelFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Finds weights that are there twice. A name only says where to look; the proof is in tensors:
 * their names, types and sizes in the headers, or the names and sizes in an index, or, for formats
 * whose headers say nothing, a size that fits the same number of parameters.
 */
final class Duplicates {
  /** Folders whose content repeats, in another form, what lies above. */
  private static final Set<String> OTHER_FORMS =
      Set.of("original", "onnx", "gguf", "tensorflow", "pytorch");

  /** Folders whose content is for a runtime that does not read safetensors of the folder above. */
  private static final Set<String> OTHER_RUNTIMES =
      Set.of("metal", "coreml", "mlx", "openvino", "tf", "flax", "rust", "tflite", "litert");

  private static final Set<String> FOREIGN =
      Set.of(
          "onnx", "onnx_data", "gguf", "h5", "msgpack", "ot", "tflite", "mlpackage", "bin", "pb");

  /** How exporters name the model itself. */
  private static final Pattern USUAL =
      Pattern.compile(
          "(pytorch_|tf_|flax_|rust_|adapter_|decoder_|encoder_)?(model|weights|consolidated)\\b.*"
              + "|(pytorch|tf|flax|rust|decoder|encoder)_model.*|model[_.-].*");

  /** Parts beside a model, which are not in its own weights. */
  private static final Pattern OTHER_PART =
      Pattern.compile(
          "mmproj|projector|vision|clip|lora|draft|head|rerank|reward|discriminator|embed|vocoder|vae");

  private final List<ModelFile> chosen;
  private final List<WeightSet> sets;
  private final Map<String, ShardIndex> indexes;
  private final Set<String> pickles;
  private final Map<String, Selection.Dropped> dropped = new TreeMap<>();

  Duplicates(
      List<ModelFile> chosen,
      List<WeightSet> sets,
      Map<String, ShardIndex> indexes,
      Set<String> pickles) {
    this.chosen = chosen;
    this.sets = sets;
    this.indexes = indexes;
    this.pickles = pickles;
  }

  /** Whether a file may repeat, in another format, what safetensors hold. */
  static boolean isForeign(ModelFile file) {
    return FOREIGN.contains(extension(file.path()));
  }

  List<Selection.Dropped> find() {
    Map<String, WeightSet> primaries = primaries();
    dropOtherRuntimes(primaries);
    for (WeightSet set : sets) {
      above(set.folder(), primaries)
          .filter(primary -> !primary.equals(set))
          .ifPresent(primary -> compare(set, primary));
    }
    for (List<ModelFile> group : foreignGroups()) {
      for (WeightSet set : twins(group, primaries)) {
        boolean kept = set.files().stream().noneMatch(f -> dropped.containsKey(f.path()));
        if (kept && compare(group, set)) {
          break;
        }
      }
    }
    return List.copyOf(dropped.values());
  }

  /** What a file of another format may repeat: any set beside it, or the main one above it. */
  private List<WeightSet> twins(List<ModelFile> group, Map<String, WeightSet> primaries) {
    String folder = folder(group.getFirst());
    List<WeightSet> twins =
        new ArrayList<>(sets.stream().filter(set -> set.folder().equals(folder)).toList());
    above(folder, primaries).filter(set -> !twins.contains(set)).ifPresent(twins::add);
    return twins;
  }

  /** The set of each folder that loaders look for first. */
  private Map<String, WeightSet> primaries() {
    Map<String, WeightSet> primaries = new HashMap<>();
    Comparator<WeightSet> order =
        Comparator.comparing((WeightSet set) -> set.name().contains("consolidated"))
            .thenComparing(set -> !baseName(set.name()).startsWith("model"))
            .thenComparing(set -> !set.indexed())
            .thenComparing(WeightSet::bytes, Comparator.reverseOrder())
            .thenComparing(WeightSet::name);
    sets.stream().sorted(order).forEach(set -> primaries.putIfAbsent(set.folder(), set));
    return primaries;
  }

  /** The primary set of a folder, or of the folder above where this one holds another form. */
  private static Optional<WeightSet> above(String folder, Map<String, WeightSet> primaries) {
    if (primaries.containsKey(folder) && !isOtherForm(folder)) {
      return Optional.ofNullable(primaries.get(folder));
    }
    if (isOtherForm(folder)) {
      String parent = folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1);
      if (primaries.containsKey(parent)) {
        return Optional.ofNullable(primaries.get(parent));
      }
    }
    return Optional.ofNullable(primaries.get(folder));
  }

  private static boolean isOtherForm(String folder) {
    return isNamed(folder, OTHER_FORMS) || isNamed(folder, OTHER_RUNTIMES);
  }

  private static boolean isNamed(String folder, Set<String> names) {
    return !folder.isEmpty() && names.contains(baseName(folder.substring(0, folder.length() - 1)));
  }

  /** What is for another runtime, beside the same model in safetensors, needs no other proof. */
  private void dropOtherRuntimes(Map<String, WeightSet> primaries) {
    for (ModelFile file : chosen) {
      String path = file.path();
      for (int slash = path.indexOf('/'), start = 0; slash > 0; ) {
        Optional<WeightSet> beside = Optional.ofNullable(primaries.get(path.substring(0, start)));
        if (beside.isPresent() && OTHER_RUNTIMES.contains(path.substring(start, slash))) {
          drop(
              file,
              "for another runtime; %s has the model as safetensors"
                  .formatted(beside.get().name()));
        }
        start = slash + 1;
        slash = path.indexOf('/', start);
      }
    }
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String folder(ModelFile file) {
    return file.path().substring(0, file.path().lastIndexOf('/') + 1);
  }

  // ---- safetensors beside safetensors ----

  /**
   * Two sets may have the same tensors and be two models. A name that says what a file is, beside
   * tensors that agree, is taken for proof; tensors alone are not.
   */
  private static boolean mayRepeat(WeightSet set, WeightSet primary) {
    String own = baseName(set.name());
    String other = baseName(primary.name()).replaceFirst("\\.index\\.json$", "");
    return own.startsWith("consolidated")
        || isOtherForm(set.folder())
        || own.equals(other)
        || (own + ".safetensors").equals(other);
  }

  private void compare(WeightSet set, WeightSet primary) {
    if (!mayRepeat(set, primary)) {
      return;
    }
    Optional<String> evidence = evidence(set, primary);
    if (evidence.isPresent()) {
      set.files().forEach(file -> drop(file, evidence.get()));
      if (set.indexed()) {
        dropPath(set.name(), evidence.get());
      }
    }
  }

  private static Optional<String> evidence(WeightSet set, WeightSet primary) {
    if (set.tensors().isEmpty()) {
      return Optional.empty();
    }
    boolean sameShapes = set.shapes().equals(primary.shapes());
    if (sameShapes && set.names().equals(primary.names())) {
      return Optional.of(
          "the same %d tensors as %s".formatted(set.tensors().size(), primary.name()));
    }
    if (sameShapes) {
      return Optional.of(
          "%d tensors with the same types and sizes as in %s, under other names"
              .formatted(set.tensors().size(), primary.name()));
    }
    boolean otherForm =
        baseName(set.name()).startsWith("consolidated") || isOtherForm(set.folder());
    if (otherForm && set.elementsByType().equals(primary.elementsByType())) {
      return Optional.of(
          "the same number of parameters of each type as %s, split differently"
              .formatted(primary.name()));
    }
    return Optional.empty();
  }

  // ---- other formats beside safetensors ----

  /** Files of one format that are one model: all shards of an index, or of a numbered series. */
  private List<List<ModelFile>> foreignGroups() {
    Map<String, List<ModelFile>> groups = new TreeMap<>();
    for (ModelFile file : chosen) {
      String extension = extension(file.path());
      boolean pickle = pickles.contains(file.path());
      boolean foreign = FOREIGN.contains(extension) && (pickle || !extension.equals("bin"));
      if (foreign || pickle) {
        groups.computeIfAbsent(stem(file), key -> new ArrayList<>()).add(file);
      }
    }
    return List.copyOf(groups.values());
  }

  /** Without the number of a shard, and without what marks the data beside a graph. */
  private static String stem(ModelFile file) {
    return file.path()
        .replaceFirst("-\\d{5}-of-\\d{5}(?=\\.)", "")
        .replaceFirst("(consolidated)\\.\\d+(?=\\.)", "$1")
        .replaceFirst("\\.onnx[_.]data$", ".onnx");
  }

  private static String extension(String path) {
    return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private boolean compare(List<ModelFile> group, WeightSet primary) {
    Optional<ShardIndex> index = indexOf(group);
    Optional<String> evidence =
        index.flatMap(i -> evidence(i, primary)).or(() -> evidence(group, primary));
    if (evidence.isEmpty()) {
      return false;
    }
    String proof = evidence.get();
    group.forEach(file -> drop(file, proof));
    index.ifPresent(i -> dropPath(i.path(), proof));
    return true;
  }

  private void dropPath(String path, String proof) {
    chosen.stream().filter(file -> file.path().equals(path)).forEach(file -> drop(file, proof));
  }

  private Optional<ShardIndex> indexOf(List<ModelFile> group) {
    Set<String> paths = new HashSet<>();
    group.forEach(file -> paths.add(file.path()));
    return indexes.values().stream()
        .filter(index -> paths.containsAll(index.tensors().values()))
        .findFirst();
  }

  private static Optional<String> evidence(ShardIndex index, WeightSet primary) {
    if (index.tensors().keySet().equals(primary.names())) {
      return Optional.of("its index names the same tensors as " + primary.name());
    }
    long total = index.totalSize().orElse(-1);
    return fits(total, primary, 0.01)
        ? Optional.of("its index has the same number of parameters as " + primary.name())
        : Optional.empty();
  }

  private static Optional<String> evidence(List<ModelFile> group, WeightSet primary) {
    long bytes = group.stream().mapToLong(ModelFile::size).sum();
    long elements = primary.elements();
    String extension = extension(group.getFirst().path());
    String name = baseName(group.getFirst().path()).toLowerCase(Locale.ROOT);
    boolean usual =
        USUAL.matcher(name).matches()
            || extension.equals("gguf")
            || name.startsWith(baseName(primary.name()).replaceFirst("\\.safetensors.*", ""));
    if (!usual || OTHER_PART.matcher(name).find()) {
      // A size proves nothing of a file whose name does not say that it is the model.
      return Optional.empty();
    }
    boolean quantized = extension.equals("gguf") || extension.startsWith("onnx");
    boolean plausible =
        quantized ? bytes > elements / 5 && bytes < elements * 4.4 : fits(bytes, primary, 0.03);
    return plausible
        ? Optional.of(
            "its %s fit the %d parameters of %s"
                .formatted(ByteSize.format(bytes), elements, primary.name()))
        : Optional.empty();
  }

  /** Whether a size is that of the same parameters, in the same or another width of number. */
  private static boolean fits(long bytes, WeightSet primary, double tolerance) {
    long wrapping = 300L * primary.tensors().size() + 2048;
    List<Long> expected = new ArrayList<>(List.of(primary.bytes()));
    for (int width : new int[] {1, 2, 4, 8}) {
      expected.add(primary.elements() * width);
    }
    return expected.stream()
        .anyMatch(size -> size > 0 && Math.abs(bytes - size) <= size * tolerance + wrapping);
  }

  private void drop(ModelFile file, String proof) {
    Selection.Reason reason =
        pickles.contains(file.path()) ? Selection.Reason.UNSAFE : Selection.Reason.DUPLICATE;
    dropped.putIfAbsent(file.path(), new Selection.Dropped(file, reason, proof));
  }
}
