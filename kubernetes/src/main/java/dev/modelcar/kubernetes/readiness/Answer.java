package dev.modelcar.kubernetes.readiness;

import dev.modelcar.findings.Severity;

/**
 * What was asked, and how it stands.
 *
 * @param severity {@link Severity#INFO} if nothing speaks against it
 * @param rule of the catalogue that says what to do if it is not good
 * @param object it is about
 * @param said the cluster's words, or figures; empty if there are none
 */
public record Answer(Severity severity, String rule, String object, String what, String said) {
  static Answer good(String rule, String object, String what) {
    return new Answer(Severity.INFO, rule, object, what, "");
  }

  static Answer warning(String rule, String object, String what, String said) {
    return new Answer(Severity.WARNING, rule, object, what, said);
  }

  static Answer error(String rule, String object, String what, String said) {
    return new Answer(Severity.ERROR, rule, object, what, said);
  }
}
