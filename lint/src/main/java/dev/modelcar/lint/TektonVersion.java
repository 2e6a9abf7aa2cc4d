package dev.modelcar.lint;

import dev.modelcar.lint.schema.Schemas.Tekton;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of Tekton that somebody asked for, and the release that stands for it.
 *
 * @param asked as it was given
 * @param release the nearest that is known
 * @param known whether the fields of this very version are known
 * @param note what is not the same as in the version that was asked for; empty if nothing is
 */
public record TektonVersion(String asked, Tekton release, boolean known, Optional<String> note) {
  private static final Pattern FORM =
      Pattern.compile("v?(\\d{1,6})(?:\\.(?:x|(\\d{1,6})(?:\\.(?:x|\\d{1,6}))?))?");
  private static final int FIRST_WITH_SCHEMAS = 70;
  private static final int ANY = -1;

  /** Empty if the text is no version. */
  public static Optional<TektonVersion> of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int major = Integer.parseInt(form.group(1));
    int minor = Optional.ofNullable(form.group(2)).map(Integer::parseInt).orElse(ANY);
    Tekton release =
        major > 0 ? Tekton.V1 : minor >= FIRST_WITH_SCHEMAS ? Tekton.V0_70 : Tekton.V0_69;
    if (major == 0 && minor == ANY) {
      release = Tekton.V0_70;
    }
    boolean known =
        release.release().startsWith(major + "." + minor + ".") || (major == 1 && minor == ANY);
    return Optional.of(new TektonVersion(text, release, known, note(text, release, known)));
  }

  private static Optional<String> note(String text, Tekton release, boolean known) {
    boolean newest = release == Tekton.V1;
    if (known && newest) {
      return Optional.empty();
    }
    if (known) {
      return Optional.of(
          "fields are those of Tekton %s; names, types, references and settings are checked as in %s"
              .formatted(release.release(), Tekton.V1.release()));
    }
    return Optional.of(
        "Tekton %s is not known and is taken as %s%s; known are %s"
            .formatted(
                text,
                release.release(),
                newest
                    ? ""
                    : ", with names, types, references and settings checked as in "
                        + Tekton.V1.release(),
                String.join(", ", Tekton.known())));
  }
}
