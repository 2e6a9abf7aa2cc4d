package dev.modelcar.findings;

import java.util.Locale;

/** How bad a finding is, the worst first. */
public enum Severity {
  /** It fails, or will. */
  ERROR,
  /** It works, at a risk that is named. */
  WARNING,
  /** Good to know. */
  INFO;

  /** As JSON and people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
