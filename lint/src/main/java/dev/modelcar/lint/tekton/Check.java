package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What several kinds have in common.
 *
 * @param beta whether the object is of v1beta1, which lacks some of the checks
 */
record Check(Problems problems, boolean beta) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?");
  private static final Pattern QUALIFIED =
      Pattern.compile("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern URL = Pattern.compile("[\\w-]+://*");
  private static final Pattern RESULT =
      Pattern.compile("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern STEP_RESULT =
      Pattern.compile("\\$\\(steps\\.(.{0,200}?)\\.results\\.(.{0,200}?)\\)");
  private static final Set<String> RESULT_TYPES = Set.of("", "string", "array", "object");
  private static final Pattern STEP_ARTIFACT =
      Pattern.compile(
          "\\$\\(steps\\.[^.]+\\.(?:inputs|outputs)\\.[^.)]+\\)|\\$\\(step\\.artifacts\\.path\\)");
  private static final Pattern ARTIFACT =
      Pattern.compile(
          STEP_ARTIFACT.pattern()
              + "|\\$\\(tasks\\.[^.]+\\.(?:inputs|outputs)\\.[^.)]+\\)|\\$\\(artifacts\\.path\\)");

  static boolean isLabel(String name) {
    return name.length() <= 63 && LABEL.matcher(name).matches();
  }

  void add(Rule rule, At at, String message) {
    problems.add(rule, at, message);
  }

  void add(Rule rule, At at, String message, String fix) {
    problems.add(rule, at, message, fix);
  }

  void variable(At at, Optional<String> problem, Rule rule) {
    problem.ifPresent(message -> problems.add(rule, at, message));
  }

  /** A reference to a task, a pipeline or a step action. */
  void reference(At at) {
    At name = at.get("name");
    At resolver = at.get("resolver");
    At params = at.get("params");
    boolean url = URL.matcher(name.text()).find();
    if (at.get("bundle").hasText()) {
      add(
          Rule.REFERENCE_INVALID,
          at.get("bundle"),
          "bundle is no longer supported",
          "Use the resolver bundles.");
    }
    if (resolver.hasText() || params.isPresent()) {
      if (params.isPresent() && !resolver.hasText()) {
        add(
            Rule.REFERENCE_INVALID,
            at,
            "params without a resolver",
            "Add resolver, such as bundles.");
      }
      if (name.hasText()) {
        add(
            Rule.REFERENCE_INVALID,
            name,
            "name cannot be combined with %s".formatted(resolver.hasText() ? "resolver" : "params"),
            "Pass the name as a parameter of the resolver.");
      }
      unique(params, true);
    } else if (!name.hasText()) {
      add(Rule.REFERENCE_INVALID, at, "%s has no name".formatted(at.name()), "Add a name.");
    } else if (url) {
      add(Rule.REFERENCE_INVALID, name, "a URL needs a resolver: %s".formatted(name.text()));
    } else if (!isQualified(name.text())) {
      add(Rule.REFERENCE_INVALID, name, "not a valid name: %s".formatted(name.text()));
    }
  }

  private static boolean isQualified(String name) {
    int slash = name.indexOf('/');
    String part = name.substring(slash + 1);
    return part.length() <= 63
        && QUALIFIED.matcher(part).matches()
        && (slash < 0 || LABEL.matcher(name.substring(0, slash).replace(".", "a")).matches());
  }

  /** Names in a list of objects; Tekton compares some of them without case. */
  void unique(At list, boolean ignoreCase) {
    Set<String> seen = new HashSet<>();
    for (At item : list.items()) {
      String name = item.get("name").text();
      if (!seen.add(ignoreCase ? name.toLowerCase(Locale.ROOT) : name)) {
        add(
            Rule.NAME_REPEATED,
            item.get("name"),
            "the name %s stands twice in %s".formatted(name, list.name()));
      }
    }
  }

  void when(At list) {
    for (At at : list.items()) {
      if (at.get("cel").hasText()) {
        disabled(at.get("cel"), "CEL in when expressions", "enable-cel-in-whenexpression");
      } else if (at.size() == 0) {
        add(Rule.WHEN_INVALID, at, "the when expression is empty");
      } else if (!Set.of("in", "notin").contains(at.get("operator").text())) {
        add(
            Rule.WHEN_INVALID,
            at.get("operator"),
            "operator is %s".formatted(quoted(at.get("operator").text())),
            "It is in or notin.");
      } else if (at.get("values").size() == 0) {
        add(Rule.WHEN_INVALID, at.get("values"), "the when expression has no values");
      }
    }
  }

  void disabled(At at, String what, String flag) {
    add(
        Rule.FEATURE_DISABLED,
        at,
        "%s is refused unless Tekton's setting %s is on".formatted(what, flag));
  }

  /** Whether it is refused for artifacts, which are an alpha feature. */
  boolean artifacts(Collection<At> texts) {
    return artifacts(texts, ARTIFACT);
  }

  boolean stepArtifacts(Collection<At> texts) {
    return artifacts(texts, STEP_ARTIFACT);
  }

  private boolean artifacts(Collection<At> texts, Pattern form) {
    Optional<At> found =
        texts.stream().filter(text -> form.matcher(text.text()).find()).findFirst();
    found.ifPresent(at -> disabled(at, "artifacts", "enable-artifacts"));
    return found.isPresent();
  }

  /**
   * Results of a task or a step.
   *
   * @param task whether a result may have a value, which is that of a step
   */
  void results(At list, boolean task) {
    for (At at : list.items()) {
      At name = at.get("name");
      if (!RESULT.matcher(name.text()).matches()) {
        add(
            Rule.RESULT_INVALID,
            name,
            "not a valid name of a result: %s".formatted(quoted(name.text())),
            "Letters, digits, dashes, underscores and dots; a letter or digit first and last.");
        continue;
      }
      At type = at.get("type");
      if (!RESULT_TYPES.contains(type.text())) {
        add(Rule.RESULT_INVALID, type, "%s is no type of a result".formatted(type.text()));
      }
      if (type.text().equals("object")) {
        properties(at);
      }
      if (task && at.get("value").isPresent()) {
        value(at.get("value"));
      }
    }
  }

  private void properties(At result) {
    At properties = result.get("properties");
    if (properties.isAbsent()) {
      add(
          Rule.RESULT_INVALID,
          result,
          "result %s is an object without properties".formatted(result.get("name").text()));
    }
    for (At property : properties.fields()) {
      if (!property.get("type").text().equals("string")) {
        add(Rule.RESULT_INVALID, property, "properties of a result are strings");
      }
    }
  }

  private void value(At value) {
    if (value.size() > 0 || !(value.value() instanceof Value.Scalar)) {
      add(Rule.RESULT_INVALID, value, "the value of a result is a string");
    } else if (value.hasText()) {
      var matcher = STEP_RESULT.matcher(value.text());
      if (!matcher.find()
          || !isLabel(matcher.group(1))
          || !RESULT.matcher(matcher.group(2)).matches()) {
        add(
            Rule.RESULT_INVALID,
            value,
            "the value of a result refers to no step: %s".formatted(value.text()),
            "Write $(steps.STEP.results.RESULT).");
      }
    }
  }

  static String quoted(String text) {
    return text.isEmpty() ? "empty" : text;
  }

  /** Whether Tekton takes a value for a reference to a parameter, and does not look at it. */
  static boolean isParam(String text) {
    return text.startsWith("$(params");
  }

  static List<At> texts(At at, String... fields) {
    return Stream.of(fields).map(at::get).filter(At::hasText).toList();
  }
}
