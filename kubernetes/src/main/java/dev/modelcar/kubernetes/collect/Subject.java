package dev.modelcar.kubernetes.collect;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An object of a cluster that is to be diagnosed. */
public record Subject(String kind, String name) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z]+)(?:\\.[a-z0-9.-]+)?/([a-z0-9][a-z0-9.-]*)");
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("pipelinerun", "PipelineRun"),
          Map.entry("pr", "PipelineRun"),
          Map.entry("taskrun", "TaskRun"),
          Map.entry("tr", "TaskRun"),
          Map.entry("inferenceservice", "InferenceService"),
          Map.entry("isvc", "InferenceService"),
          Map.entry("llminferenceservice", "LLMInferenceService"),
          Map.entry("llmisvc", "LLMInferenceService"),
          Map.entry("job", "Job"),
          Map.entry("deployment", "Deployment"),
          Map.entry("deploy", "Deployment"),
          Map.entry("pod", "Pod"),
          Map.entry("po", "Pod"));

  /** An object as kubectl writes it, such as {@code pipelinerun/NAME}; nothing for other words. */
  public static Optional<Subject> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String word = matcher.group(1).toLowerCase(Locale.ROOT);
    String kind = KINDS.get(word);
    if (kind == null && word.endsWith("s")) {
      kind = KINDS.get(word.substring(0, word.length() - 1));
    }
    return Optional.ofNullable(kind).map(known -> new Subject(known, matcher.group(2)));
  }
}
