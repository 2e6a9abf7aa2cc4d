package dev.modelcar.findings.diagnosis;

import java.util.Locale;

/** What a finding is to the failure. */
public enum Role {
  /** It failed first, and this is why. */
  CAUSE,
  /** It failed, or did not run, because of the cause. */
  CONSEQUENCE,
  /** Good to know, or a later failure of its own; it is not why. */
  NOTE;

  /** As JSON and people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
