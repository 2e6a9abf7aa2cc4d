package dev.modelcar.findings;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that goes wrong, as the catalogue has it. Texts may contain places to fill in, such as
 * {@code {namespace}}, {@code {name}} or {@code {host}}.
 *
 * @param id stable, in kebab case, such as {@code push-unauthorized}
 * @param title what happened, in one sentence without a period
 * @param category the area, such as {@code registry}; those of lint begin with {@code lint-}
 * @param signs how it shows; none for what only lint or preflight find
 * @param also what must be seen as well in the log of the same container; empty if nothing
 * @param cause why it happens
 * @param exclude what rules it out where it is seen
 * @param proof what proves it in the log of the same container, where its signs alone do not
 * @param fix commands or sentences, the first one to be tried first
 * @param prevent what would have found it before; empty if nothing does
 * @param proven whether its signs prove the cause; if not, findings say so
 * @param probe what would decide, where it is not proven; otherwise empty
 * @param decision what the output of the probe says
 */
public record Rule(
    String id,
    String title,
    String category,
    Severity severity,
    List<Sign> signs,
    List<Pattern> also,
    String cause,
    List<Excluded> exclude,
    List<Pattern> proof,
    List<String> fix,
    String prevent,
    boolean proven,
    String probe,
    Decision decision) {
  /**
   * What rules a cause out.
   *
   * @param says the same in words
   */
  public record Excluded(Pattern pattern, String says) {}

  /**
   * What is seen in the output of a probe.
   *
   * @param confirmed proves the cause
   * @param refuted rules it out
   * @param instead id of the rule that is the cause then; empty if nothing says so
   */
  public record Decision(List<Pattern> confirmed, List<Pattern> refuted, String instead) {
    public Decision {
      confirmed = List.copyOf(confirmed);
      refuted = List.copyOf(refuted);
    }
  }

  /** The page that has all rules. */
  public static final String PAGE = "docs/troubleshooting/rules.md";

  public Rule {
    signs = List.copyOf(signs);
    also = List.copyOf(also);
    exclude = List.copyOf(exclude);
    proof = List.copyOf(proof);
    fix = List.copyOf(fix);
  }

  /** Where it is documented. */
  public String doc() {
    return PAGE + "#" + id;
  }
}
