package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.Severity;
import java.util.List;

/**
 * What a diagnosis found.
 *
 * @param rule id of the rule, or of the error of modelcar that a log shows
 * @param title what happened, in one sentence without a period
 * @param message to what, when and why
 * @param object such as {@code taskrun/NAME}
 * @param task in the pipeline; empty if it is none
 * @param step or container; empty if it is none
 * @param evidence lines, each with its source
 * @param counterEvidence what would have ruled it out, was looked for and not seen
 * @param fix what to do, the first first
 * @param prevent what would have found it before; empty if nothing does
 * @param proven whether the evidence proves it
 * @param probe the command that would decide; empty if it is proven
 */
public record Finding(
    Role role,
    Severity severity,
    String rule,
    String title,
    String message,
    String object,
    String task,
    String step,
    List<String> evidence,
    List<String> counterEvidence,
    List<String> fix,
    String prevent,
    boolean proven,
    String probe) {
  public Finding {
    evidence = List.copyOf(evidence);
    counterEvidence = List.copyOf(counterEvidence);
    fix = List.copyOf(fix);
  }

  private static final String UNEXPLAINED = "unexplained-failure";

  /** Whether a rule says why; if not, the evidence is all that is known. */
  public boolean isExplained() {
    return !rule.equals(UNEXPLAINED);
  }

  /** The same in another role. */
  Finding as(Role other) {
    return as(other, message);
  }

  /** A failure beside the first one that does not follow from it. */
  Finding asOwnFailure() {
    return as(
        Role.NOTE,
        "This failed independently of the cause, and has to be fixed as well. " + message);
  }

  private Finding as(Role other, String text) {
    return new Finding(
        other,
        severity,
        rule,
        title,
        text,
        object,
        task,
        step,
        evidence,
        counterEvidence,
        fix,
        prevent,
        proven,
        probe);
  }
}
