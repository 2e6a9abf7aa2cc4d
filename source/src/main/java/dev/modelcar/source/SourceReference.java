package dev.modelcar.source;

import dev.modelcar.core.ModelcarException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a model comes from. */
public sealed interface SourceReference {

  /**
   * Reads a reference: {@code hf://ORG/NAME}, with {@code @REVISION} (as the Hub's client writes
   * it) or {@code :REVISION} (as KServe does), or the path of a folder.
   *
   * @throws ModelcarException {@link SourceError#SOURCE_REFERENCE_INVALID} with the reason
   */
  static SourceReference parse(String text) {
    if (text.startsWith("hf://")) {
      return Hub.parse(text);
    }
    if (text.matches("[A-Za-z][A-Za-z0-9+.-]*://.*")) {
      throw invalid(text, "unknown type of source");
    }
    try {
      if (text.isEmpty()) {
        throw invalid(text, "empty");
      }
      return new Folder(Path.of(text));
    } catch (InvalidPathException e) {
      throw invalid(text, e.getReason());
    }
  }

  /**
   * A repository of the Hugging Face Hub.
   *
   * @param repository {@code org/name}, or a bare name of the early days
   * @param revision a branch, tag, {@code refs/pr/N} or commit; {@code main} if none is given
   */
  record Hub(String repository, Optional<String> revision) implements SourceReference {
    private static final Pattern PART = Pattern.compile("[\\w.-]{1,96}");

    static Hub parse(String text) {
      String rest = text.substring("hf://".length());
      if (rest.startsWith("datasets/") || rest.startsWith("spaces/")) {
        throw invalid(text, "datasets and spaces are not models");
      }
      int end = rest.indexOf('@');
      if (end < 0) {
        end = rest.indexOf(':');
      }
      Optional<String> revision = Optional.empty();
      if (end >= 0) {
        revision = Optional.of(rest.substring(end + 1));
        rest = rest.substring(0, end);
        if (revision.get().isEmpty()
            || revision.get().chars().anyMatch(c -> c <= ' ' || c == 0x7f)
            || revision.get().contains("..")) {
          throw invalid(text, "invalid revision");
        }
      }
      String[] parts = rest.split("/", -1);
      if (parts.length > 2) {
        throw invalid(text, "a repository is ORG/NAME, without a path");
      }
      for (String part : parts) {
        if (!PART.matcher(part).matches()
            || part.contains("--")
            || part.contains("..")
            || part.startsWith("-")
            || part.startsWith(".")
            || part.endsWith("-")
            || part.endsWith(".")
            || part.endsWith(".git")) {
          throw invalid(text, "invalid repository name");
        }
      }
      return new Hub(rest, revision);
    }

    @Override
    public String toString() {
      return "hf://" + repository + revision.map(r -> "@" + r).orElse("");
    }
  }

  /** A folder on this machine. */
  record Folder(Path path) implements SourceReference {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  private static ModelcarException invalid(String text, String why) {
    return new ModelcarException(
        SourceError.SOURCE_REFERENCE_INVALID,
        "\"" + text.replaceAll("\\p{Cntrl}", "?") + "\" is not a source: " + why);
  }
}
