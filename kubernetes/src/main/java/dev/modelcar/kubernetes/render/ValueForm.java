package dev.modelcar.kubernetes.render;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a value of the rendering may be. */
enum ValueForm {
  IMAGE("[^\"\\\\]+", "an image: HOST/REPOSITORY[:TAG] or HOST/REPOSITORY@DIGEST"),
  TARGET("[^\"\\\\]+", "a repository: HOST/REPOSITORY[:TAG]"),
  MODEL(
      "hf://[^@:\\s\"\\\\]+(?:[@:][^\\s\"\\\\]+)?", "a model on the Hub: hf://ORG/NAME[@REVISION]"),
  NAME("[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", "a name: lowercase letters, digits, dashes and dots"),
  NAME_OR_NOTHING(
      "(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)?",
      "a name (lowercase letters, digits, dashes and dots) or nothing"),
  SIZE("[0-9]+(?:\\.[0-9]+)?(?:[kMGTPE]|[KMGTPE]i)?", "a size such as 100Gi"),
  NUMBER_OR_NOTHING("(?:0|[1-9][0-9]{0,9})?", "a number or nothing"),
  PLATFORMS("linux/[a-z0-9]+(?:, ?linux/[a-z0-9]+)*", "platforms such as linux/amd64"),
  SWITCH("true|false", "true or false"),
  OVERLAY("kubernetes|openshift", "kubernetes or openshift"),
  WORD("[^\\s\\p{Cntrl}\"\\\\]+", "a value without spaces, quotes and backslashes");

  private final Pattern pattern;
  private final String meaning;

  ValueForm(String pattern, String meaning) {
    this.pattern = Pattern.compile(pattern);
    this.meaning = meaning;
  }

  /** Why a text is not of this form. */
  Optional<String> objection(String text) {
    if (!pattern.matcher(text).matches()) {
      return Optional.of("it must be " + meaning);
    }
    return switch (this) {
      case IMAGE -> text.contains("://") ? Optional.of("it must be " + meaning) : reference(text);
      case TARGET -> text.contains("@") ? Optional.of("it must be " + meaning) : reference(text);
      default -> Optional.empty();
    };
  }

  private Optional<String> reference(String text) {
    try {
      return ImageReference.parse(text) instanceof ImageReference.Registry
          ? Optional.empty()
          : Optional.of("it must be " + meaning);
    } catch (ModelcarException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** Whether a number in a values file is what is meant, and not a text that looks like one. */
  boolean isNumber() {
    return this == NUMBER_OR_NOTHING;
  }
}
