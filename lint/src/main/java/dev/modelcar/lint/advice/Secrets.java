package dev.modelcar.lint.advice;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.Map;
import java.util.regex.Pattern;

/** Secrets that stand in a manifest. No message repeats one. */
record Secrets(Problems problems) {
  private static final Map<String, Pattern> FORMS =
      Map.of(
          "a token of Hugging Face", Pattern.compile("\\bhf_[A-Za-z0-9]{20,}"),
          "a token of GitHub", Pattern.compile("\\bgh[pousr]_[A-Za-z0-9]{30,}"),
          "an access key of AWS", Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"),
          "a private key", Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"),
          "a token (JWT)",
              Pattern.compile(
                  "(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}+\\.eyJ[A-Za-z0-9_-]{10,}+\\.[A-Za-z0-9_-]{10}"),
          "a login in a URL", Pattern.compile("\\bhttps?://[^\\s/:@$]{1,200}:[^\\s/@$]{1,1000}@"));
  private static final Pattern NAME =
      Pattern.compile("(?i).*(?:token|password|passwd|secret|api_?key|access_?key)");
  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "(?i)|.*(?:\\$|<|\\{|change|replace|example|todo|xxx|\\.\\.\\.|…|your).*|/.*|true|false|yes|no|on|off|[0-9]");

  void look(GroupKind kind, At at) {
    walk(at);
    if (kind.kind().equals("Secret")) {
      for (String field : new String[] {"data", "stringData"}) {
        for (At entry : at.get(field).fields()) {
          if (entry.hasText()
              && !PLACEHOLDER
                  .matcher(entry.text().replaceAll("[\\s{}\"\\[\\]:]|auths", ""))
                  .matches()
              && !entry.text().equals("e30=")) {
            found(entry, "the Secret has its content in clear");
          }
        }
      }
    }
  }

  private void walk(At at) {
    switch (at.value()) {
      case Mapping _ -> {
        At value = at.get("value");
        if (NAME.matcher(at.get("name").text()).matches()
            && at.path().matches(".*\\.env\\[\\d+\\]")
            && value.hasText()
            && !PLACEHOLDER.matcher(value.text()).matches()) {
          found(value, "%s has a value in clear".formatted(at.get("name").text()));
        }
        at.fields().forEach(this::walk);
      }
      case Sequence _ -> at.items().forEach(this::walk);
      case Scalar scalar ->
          FORMS.forEach((what, form) -> {
            if (form.matcher(scalar.text()).find()) {
              found(at, "this looks like %s".formatted(what));
            }
          });
    }
  }

  private void found(At at, String message) {
    problems.add(Rule.SECRET_IN_CLEAR, at, message);
  }
}
