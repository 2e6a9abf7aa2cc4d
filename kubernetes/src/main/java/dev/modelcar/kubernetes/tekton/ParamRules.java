package dev.modelcar.kubernetes.tekton;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What values the parameters of our tasks take, so that a mistake shows before a pod starts:
 * Tekton's parameters are mere text. A pipeline may name its own otherwise, and hands them on.
 */
final class ParamRules {
  private static final String ORG_AND_NAME = "[^/@:\\s]+/[^/@:\\s]+";

  private record Rule(String form, String meaning) {}

  private static final Map<String, Rule> OURS =
      Map.of(
          "source",
          new Rule(
              "hf://" + ORG_AND_NAME + "([@:]\\S+)?",
              "a model on the Hub: hf://ORG/NAME[@REVISION]"),
          "hf_repo",
          new Rule(ORG_AND_NAME, "a repository on the Hub: ORG/NAME"),
          "parts",
          new Rule("auto|[1-9]\\d{0,3}", "auto or a number"),
          "max-parts",
          new Rule("[1-9]\\d{0,3}", "a number"),
          "FORMAT",
          new Rule("oci|oci-archive", "oci or oci-archive"),
          "hf-endpoint",
          new Rule("(https?://\\S+)?", "a URL"));

  /** Parameters that are the names of images. */
  private static final Set<String> IMAGES = Set.of("targets", "image", "IMAGE");

  private ParamRules() {}

  /**
   * Looks at a value.
   *
   * @throws ModelcarException {@link CoreError#USAGE_INVALID} if the parameter does not take it
   */
  static void check(PipelineDeclaration pipeline, String param, String value) {
    boolean isSwitch =
        pipeline.standard(param).filter(text -> text.matches("true|false")).isPresent();
    if (isSwitch && !value.matches("true|false")) {
      throw invalid(param, value, "true or false");
    }
    if (!pipeline.isOurs()) {
      return;
    }
    for (String taken : pipeline.handedTo(param)) {
      Rule rule = OURS.get(taken);
      if (rule != null && !Pattern.matches(rule.form(), value)) {
        throw invalid(param, value, rule.meaning());
      }
      if (IMAGES.contains(taken)) {
        image(param, value);
      }
    }
  }

  private static void image(String param, String value) {
    ImageReference reference;
    try {
      reference = ImageReference.parse(value);
    } catch (ModelcarException e) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID, "the parameter %s: %s".formatted(param, e.getMessage()));
    }
    if (!(reference instanceof ImageReference.Registry)) {
      throw invalid(param, value, "an image in a registry: HOST/REPOSITORY[:TAG]");
    }
  }

  private static ModelcarException invalid(String param, String value, String meaning) {
    return new ModelcarException(
        CoreError.USAGE_INVALID,
        "the parameter %s takes %s, not \"%s\"".formatted(param, meaning, value));
  }
}
