package dev.modelcar.findings.diagnosis;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.logs.LogEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something failed, and how that is said.
 *
 * @param what the failure itself, such as {@code step push of task build exited with 1}
 */
record Place(
    String object,
    String namespace,
    String run,
    String task,
    String step,
    String pod,
    String container,
    String account,
    String image,
    Optional<Instant> time,
    String what) {
  static final String NOT_PROVEN = "Not proven: ";
  static final String UNPROVEN = "This is the likely cause, but it is not proven. ";

  private static final String NOT_CERTAIN =
      "This is the likely cause, but it is not proven: the log, the script or the exit code leave room for another one. ";

  /** A first word with a dot or a slash in it. */
  private static final Pattern NAME = Pattern.compile("[\\w-]*[./][\\w./:-]*");

  private static final Pattern FIELD = Pattern.compile("\\{([a-z]+)\\}");
  private static final int LAST_LINES = 6;

  /** A place of which little is known. */
  static Place of(String object, String namespace, String pod, String container, String what) {
    return new Place(
        object, namespace, "", "", "", pod, container, "default", "", Optional.empty(), what);
  }

  Finding finding(Role role, Match match) {
    Map<String, String> values = values(match.values());
    Rule rule = match.rule();
    String title = filled(rule.title(), values);
    return new Finding(
        role,
        rule.severity(),
        rule.id(),
        match.proven() ? title : NOT_PROVEN + lower(title),
        sentence(what) + doubt(match) + filled(rule.cause(), values),
        object,
        task,
        step,
        match.evidence(),
        rule.exclude().stream().map(other -> "not seen: " + other.says()).toList(),
        rule.fix().stream().map(fix -> filled(fix, values)).toList(),
        filled(rule.prevent(), values),
        match.proven(),
        match.proven() ? "" : filled(rule.probe(), values));
  }

  private static String doubt(Match match) {
    return match.proven() ? "" : match.rule().proven() ? NOT_CERTAIN : UNPROVEN;
  }

  /** A failure that modelcar itself explains in the log. */
  Finding finding(ErrorCode error, List<String> log, String source) {
    int from = log.size() - 1;
    while (from > 0 && !log.get(from).startsWith("error: ")) {
      from--;
    }
    List<String> block = log.subList(Math.max(0, from), log.size());
    String said =
        block.isEmpty() ? error.id() : block.getFirst().replaceFirst("^error: ", "").strip();
    String fix =
        block.stream()
            .filter(line -> line.strip().startsWith("what to do: "))
            .map(line -> line.strip().substring("what to do: ".length()))
            .findFirst()
            .orElse(error.hint());
    return new Finding(
        Role.CAUSE,
        Severity.ERROR,
        error.id(),
        upper(said),
        sentence(what) + "modelcar reported the error " + error.id() + ".",
        object,
        task,
        step,
        block.stream().limit(4).map(line -> source + ": " + line.strip()).toList(),
        List.of(),
        List.of(fix),
        "",
        true,
        "");
  }

  /** A failure of which is known only that it is one. */
  Finding unexplained(Rule rule, List<Clue> clues, List<String> log, String source) {
    return unexplained(rule, clues, log, source, Optional.empty());
  }

  /**
   * @param earlier an error long before the end, after which the work went on
   */
  Finding unexplained(
      Rule rule, List<Clue> clues, List<String> log, String source, Optional<Match> earlier) {
    List<String> evidence = new ArrayList<>();
    clues.stream().limit(3).forEach(clue -> evidence.add(clue.quoted()));
    earlier.ifPresent(match -> evidence.add(match.evidence().getFirst()));
    int tail = Math.max(0, log.size() - LAST_LINES);
    LogEnd.heading(log.subList(0, tail))
        .ifPresent(line -> evidence.add(source + ": " + line.strip()));
    log.subList(tail, log.size()).forEach(line -> evidence.add(source + ": " + line.strip()));
    Map<String, String> values = values(Map.of());
    return new Finding(
        Role.CAUSE,
        Severity.ERROR,
        rule.id(),
        upper(what),
        sentence(what)
            + earlier
                .map(match ->
                    "Long before its end, the log shows an error that `modelcar explain %s` describes. Whether that is the cause is not proven, as the work went on after it."
                        .formatted(match.rule().id()))
                .orElse(
                    "No rule of the catalogue explains why; the evidence is all that is known."),
        object,
        task,
        step,
        evidence,
        List.of(),
        rule.fix().stream().map(fix -> filled(fix, values)).toList(),
        "",
        true,
        "");
  }

  private String sentence(String text) {
    return upper(text) + time.map(at -> " at " + at).orElse("") + ". ";
  }

  /** As sentences begin, unless they begin with a host or a file. */
  static String upper(String text) {
    return text.isEmpty() || NAME.matcher(text).lookingAt()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static String lower(String text) {
    boolean acronym = text.length() > 1 && Character.isUpperCase(text.charAt(1));
    return text.isEmpty() || acronym
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private Map<String, String> values(Map<String, String> found) {
    Map<String, String> values = new HashMap<>();
    put(values, "namespace", namespace);
    put(values, "name", object.replaceFirst(".*/", ""));
    put(values, "run", run);
    put(values, "task", task);
    put(values, "step", step);
    put(values, "pod", pod);
    put(values, "container", container);
    put(values, "account", account);
    put(values, "image", image);
    values.putAll(found);
    if (found.containsKey("seen")) {
      values.putIfAbsent("host", found.get("seen"));
    }
    return values;
  }

  private static void put(Map<String, String> values, String key, String value) {
    if (!value.isEmpty()) {
      values.put(key, value);
    }
  }

  /**
   * A text with its places filled in; what is unknown stands in capitals, an unknown step is one.
   */
  static String filled(String text, Map<String, String> values) {
    String known =
        values.containsKey("step")
            ? text
            : text.replace("The step {step}", "A step").replace("step {step}", "the step");
    return FIELD
        .matcher(known)
        .replaceAll(field ->
            Matcher.quoteReplacement(
                values.getOrDefault(field.group(1), field.group(1).toUpperCase(Locale.ROOT))));
  }
}
