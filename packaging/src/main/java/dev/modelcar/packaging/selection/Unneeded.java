package dev.modelcar.packaging.selection;

import java.util.List;
import java.util.Optional;

/** What is in repositories and folders of models and is known not to be needed for serving. */
@SuppressWarnings("ImmutableEnumChecker") // lists of patterns, which nobody changes
enum Unneeded {
  TRAINING(
      "left by training",
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
          "global_step*/*",
          "runs/*",
          "wandb/*",
          "*tfevents*")),
  VERSION_CONTROL(
      "kept for version control", List.of("*.gitattributes", "*.gitignore", "*.gitkeep")),
  PICTURE(
      "a picture, a film or a document",
      List.of(
          "*.png", "*.jpg", "*.jpeg", "*.gif", "*.svg", "*.webp", "*.bmp", "*.ico", "*.mp4",
          "*.webm", "*.mov", "*.avi", "*.pdf", "*.ipynb")),
  TEMPORARY(
      "temporary",
      List.of(
          "*.DS_Store",
          "*Thumbs.db",
          "*__pycache__/*",
          "*.pyc",
          "*.ipynb_checkpoints/*",
          "*~",
          "*.swp",
          "*.tmp",
          "*.lock",
          "*.incomplete",
          "*.aria2",
          "*.modelcar-part"));

  /** Texts that are part of a model, whatever else is said of texts. */
  private static final List<HubPattern> TEXTS =
      HubPattern.all(List.of("*README.md", "*LICENSE*", "*LICENCE*", "*NOTICE*", "*USE_POLICY*"));

  private static final List<HubPattern> DOCUMENTATION =
      HubPattern.all(List.of("*.md", "*.rst", "*.html"));

  private final String reason;
  private final List<HubPattern> patterns;

  Unneeded(String reason, List<String> patterns) {
    this.reason = reason;
    this.patterns = HubPattern.all(patterns);
  }

  /** Why a file is not needed; nothing if it may be. */
  static Optional<String> reason(String path) {
    for (Unneeded kind : values()) {
      if (matches(kind.patterns, path)) {
        return Optional.of(kind.reason);
      }
    }
    return matches(DOCUMENTATION, path) && !matches(TEXTS, path)
        ? Optional.of("documentation")
        : Optional.empty();
  }

  private static boolean matches(List<HubPattern> patterns, String path) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(path));
  }
}
