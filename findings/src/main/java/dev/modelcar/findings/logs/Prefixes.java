package dev.modelcar.findings.logs;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands around the lines of a program: the names of its processes before each line, traces
 * among them, as vLLM, torchrun and Ray print them, and the escapes of quotes in structured logs.
 * Without that, a trace or a message reads like that of a single process.
 */
final class Prefixes {
  private static final Pattern PROCESS =
      Pattern.compile(
          "^(?:\\([A-Za-z]\\w*(?:[ ,](?:[A-Za-z]+=\\S+|pid=\\d+))+\\)|\\[rank\\d+\\]:) ");

  /** What a logger puts before each line of a trace. */
  private static final Pattern LOGGER =
      Pattern.compile("^(?:ERROR|CRITICAL) [\\d-]+ [\\d:.,]+ \\[?[\\w./-]+:\\d+\\] ?");

  private static final Pattern OF_TRACE =
      Pattern.compile("^(?:\\s|$|Traceback \\(|(?:\\w+\\.)*\\w+(?:Error|Exception)\\b)");

  /** Loggers that write JSON or {@code key="value"}, and escape the quotes of messages. */
  private static final Pattern QUOTED =
      Pattern.compile("^\\s*(?:HTTP response body: )?\\{\"|\\b(?:msg|message|error|err)=\"");

  private Prefixes() {}

  static List<String> without(List<String> lines) {
    return lines.stream().map(Prefixes::without).toList();
  }

  private static String without(String line) {
    Matcher process = PROCESS.matcher(line);
    String rest = process.find() ? line.substring(process.end()) : line;
    Matcher logger = LOGGER.matcher(rest);
    String said =
        logger.find() && OF_TRACE.matcher(rest.substring(logger.end())).find()
            ? rest.substring(logger.end())
            : rest;
    return said.contains("\\\"") && QUOTED.matcher(said).find() ? said.replace("\\\"", "\"") : said;
  }
}
