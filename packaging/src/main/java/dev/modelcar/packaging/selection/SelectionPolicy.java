package dev.modelcar.packaging.selection;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.UnusableEntry;
import java.util.List;
import java.util.Optional;

/**
 * How files are chosen.
 *
 * @param include patterns of the Hub's client; empty means what serving needs
 * @param exclude patterns of what is left out all the same
 * @param keepDuplicates whether weights that are there twice are packed twice
 * @param allowPickle whether files that run code when they are loaded may be packed
 * @param weightsProven whether somebody else looks at the headers of the weights; here they are
 *     then looked at only where the choice depends on them
 */
public record SelectionPolicy(
    List<String> include,
    List<String> exclude,
    boolean keepDuplicates,
    boolean allowPickle,
    boolean weightsProven) {

  /** Weights in all formats, configurations, tokenizers, templates, the model card, the licence. */
  private static final List<String> SERVING =
      List.of(
          "*.safetensors",
          "*.gguf",
          "*.bin",
          "*.pt",
          "*.pth",
          "*.ckpt",
          "*.onnx",
          "*.onnx_data",
          "*.onnx.data",
          "*.h5",
          "*.keras",
          "*.msgpack",
          "*.ot",
          "*.pb",
          "*.index",
          "*.data-*-of-*",
          "*.tflite",
          "*.xml",
          "*.pkl",
          "*.pickle",
          "*.joblib",
          "*.dill",
          "*.npz",
          "*.npy",
          "*.bst",
          "*.ubj",
          "*.cbm",
          "*.mar",
          "*.plan",
          "*.pbtxt",
          "*.json",
          "*.jsonl",
          "*.yaml",
          "*.yml",
          "*.toml",
          "*.txt",
          "*.model",
          "*.tiktoken",
          "*.spm",
          "*.vocab",
          "*.bpe",
          "*.jinja",
          "*.py",
          "*.sig",
          "*README.md",
          "*LICENSE*",
          "*LICENCE*",
          "*NOTICE*",
          "*USE_POLICY*");

  /** What training leaves behind, and what version control keeps. */
  private static final List<String> NEVER_SERVED =
      List.of(
          "*optimizer.pt",
          "*optimizer.bin",
          "*scheduler.pt",
          "*scheduler.bin",
          "*rng_state*.pth",
          "*training_args.bin",
          "*trainer_state.json",
          "checkpoint-*/*",
          "*/checkpoint-*/*",
          "runs/*",
          "*.gitattributes",
          "*.gitignore");

  public SelectionPolicy {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** What serving needs, once, and nothing that runs code when it is loaded. */
  public static SelectionPolicy serving() {
    return new SelectionPolicy(List.of(), List.of(), false, false, false);
  }

  public SelectionPolicy withPatterns(List<String> newInclude, List<String> newExclude) {
    return new SelectionPolicy(newInclude, newExclude, keepDuplicates, allowPickle, weightsProven);
  }

  public SelectionPolicy keepingDuplicates(boolean keep) {
    return new SelectionPolicy(include, exclude, keep, allowPickle, weightsProven);
  }

  public SelectionPolicy allowingPickle(boolean allow) {
    return new SelectionPolicy(include, exclude, keepDuplicates, allow, weightsProven);
  }

  /**
   * For one of many workers, whose image another process seals: a question to the Hub for each
   * header, from each worker, is more than the Hub answers.
   */
  public SelectionPolicy withWeightsProven() {
    return new SelectionPolicy(include, exclude, keepDuplicates, allowPickle, true);
  }

  /**
   * Chooses files and checks them: their names, the headers of weights, the index of shards. No
   * weight is read.
   *
   * @throws ModelcarException with the first thing that is wrong
   */
  public Selection select(Snapshot snapshot) {
    Matcher matcher = new Matcher(this);
    Optional<UnusableEntry> unusable =
        snapshot.unusable().stream().filter(entry -> !matcher.isExcluded(entry.path())).findFirst();
    if (unusable.isPresent()) {
      throw unusable.get().toException();
    }
    List<ModelFile> chosen =
        snapshot.files().stream().filter(file -> matcher.takes(file.path())).toList();
    if (chosen.isEmpty()) {
      throw nothing(snapshot);
    }
    PathRules.check(chosen);
    WeightInspection inspection =
        new WeightInspection(snapshot, chosen, keepDuplicates, allowPickle);
    return weightsProven && !inspection.isChoice() ? inspection.unseen() : inspection.inspect();
  }

  /**
   * Chooses files by the patterns alone: all of them where there are none. Their names are checked,
   * their content is not looked at.
   */
  public Selection selectFiles(Snapshot snapshot) {
    List<HubPattern> taken = HubPattern.all(include.isEmpty() ? List.of("*") : include);
    List<HubPattern> left = HubPattern.all(exclude);
    List<ModelFile> chosen =
        snapshot.files().stream()
            .filter(file -> taken.stream().anyMatch(p -> p.matches(file.path())))
            .filter(file -> left.stream().noneMatch(p -> p.matches(file.path())))
            .toList();
    if (chosen.isEmpty()) {
      throw nothing(snapshot);
    }
    PathRules.check(chosen);
    return new Selection(snapshot, chosen, List.of(), List.of());
  }

  private static ModelcarException nothing(Snapshot snapshot) {
    return new ModelcarException(
        PackagingError.SELECTION_EMPTY,
        "none of the %d files in %s is selected"
            .formatted(snapshot.files().size(), snapshot.reference()));
  }

  private static final class Matcher {
    private final List<HubPattern> include;
    private final List<HubPattern> exclude;
    private final List<HubPattern> never;

    Matcher(SelectionPolicy policy) {
      boolean standard = policy.include.isEmpty();
      include = HubPattern.all(standard ? SERVING : policy.include);
      exclude = HubPattern.all(policy.exclude);
      never = HubPattern.all(standard ? NEVER_SERVED : List.of());
    }

    boolean isExcluded(String path) {
      return exclude.stream().anyMatch(pattern -> pattern.matches(path));
    }

    boolean takes(String path) {
      return include.stream().anyMatch(pattern -> pattern.matches(path))
          && !isExcluded(path)
          && never.stream().noneMatch(pattern -> pattern.matches(path));
    }
  }
}
