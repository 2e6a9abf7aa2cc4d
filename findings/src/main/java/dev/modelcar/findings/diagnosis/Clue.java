package dev.modelcar.findings.diagnosis;

/**
 * Something that the cluster says.
 *
 * @param source of whom, and where
 * @param text in the form {@code Reason: message}
 */
record Clue(String source, String text) {
  /** As findings quote it. */
  String quoted() {
    String line = text.replaceAll("\\s+", " ").strip();
    return source + ": " + (line.length() > 500 ? line.substring(0, 500) + "…" : line);
  }
}
