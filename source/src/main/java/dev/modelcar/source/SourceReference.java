package dev.modelcar.source;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.SafeUri;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model comes from. */
public sealed interface SourceReference {
  /** What people copy from the address bar of a browser. */
  Pattern PAGE =
      Pattern.compile(
          "(?:https?://)?(?:www\\.)?(?:huggingface\\.co|hf\\.co)/([^?#]*?)/*(?:[?#].*)?",
          Pattern.CASE_INSENSITIVE);

  /**
   * Reads a reference: {@code hf://ORG/NAME}, with {@code @REVISION} (as the Hub's client writes
   * it) or {@code :REVISION} (as KServe does), the address of a model's page, or the path of a
   * folder.
   *
   * @throws ModelcarException {@link SourceError#SOURCE_REFERENCE_INVALID} with the reason
   */
  static SourceReference parse(String text) {
    Matcher page = PAGE.matcher(text);
    if (page.matches()) {
      return Hub.parsePath(text, page.group(1));
    }
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
        return revision.isEmpty()
            ? parsePath(text, rest)
            : refuseFile(text, parts, String.join("/", List.of(parts).subList(2, parts.length)));
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

    /** {@code ORG/NAME}, {@code ORG/NAME/tree/REVISION}, or what names a file in one of them. */
    private static Hub parsePath(String text, String path) {
      String[] parts = path.replaceFirst("^models/", "").split("/", -1);
      if (parts.length <= 2 || path.startsWith("datasets/") || path.startsWith("spaces/")) {
        return parse("hf://" + String.join("/", parts));
      }
      boolean view = Set.of("tree", "blob", "resolve", "raw", "commit").contains(parts[2]);
      String file =
          String.join(
              "/", List.of(parts).subList(Math.min(view ? 4 : 2, parts.length), parts.length));
      if (!file.isEmpty()) {
        return refuseFile(text, parts, file);
      }
      return parse("hf://" + parts[0] + "/" + parts[1] + (parts.length > 3 ? "@" + parts[3] : ""));
    }

    private static Hub refuseFile(String text, String[] parts, String file) {
      String name = parse("hf://" + parts[0] + "/" + parts[1]).repository();
      throw invalid(text, "it names a file in the repository " + name)
          .advising("Use hf://%s --include '%s'.".formatted(name, file));
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
        "\"" + SafeUri.quoted(text).replaceAll("\\p{Cntrl}", "?") + "\" is not a source: " + why);
  }
}
