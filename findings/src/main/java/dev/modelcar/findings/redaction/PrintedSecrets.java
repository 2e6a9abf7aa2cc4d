package dev.modelcar.findings.redaction;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out what Secrets hold that a text has as YAML or JSON, whatever its names are: what kubectl
 * or a script printed, and annotations with the object that was applied.
 */
final class PrintedSecrets {
  private static final Pattern KIND =
      Pattern.compile(
          "(?<![\\w.-])\\\\*[\"']?kind\\\\*[\"']?[ \\t]*:[ \\t]*\\\\*[\"']?(\\w+)|^---",
          Pattern.MULTILINE);

  /** Of lines, or of an object in braces, which has no other in it. */
  private static final Pattern DATA =
      Pattern.compile(
          "(?<![\\w.-])\\\\*[\"']?(?:data|stringData)\\\\*[\"']?[ \\t]*:[ \\t]*(?:(\\{)|\\r?\\n)");

  private static final Pattern BRACED =
      Pattern.compile(
          "(:[ \\t]*)(?:(?<quote>\\\\*[\"'])(?:(?!\\k<quote>)[\\s\\S])*|[^\"'\\\\,{}\\s]+)");
  private static final Pattern LINE = Pattern.compile("([ \\t]*(?:[\\w.\"'-]+:[ \\t]*)?)(.*)");

  private PrintedSecrets() {}

  private record Mark(int at, String kind) {}

  static String redact(String text) {
    if (!text.contains("Secret") || !text.contains("ata")) {
      return text;
    }
    List<Mark> marks = new ArrayList<>();
    Matcher kind = KIND.matcher(text);
    while (kind.find()) {
      marks.add(new Mark(kind.start(), kind.group(1) == null ? "" : kind.group(1)));
    }
    if (marks.stream().noneMatch(mark -> mark.kind().equals("Secret"))) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    int done = 0;
    int next = 0;
    Matcher data = DATA.matcher(text);
    while (data.find()) {
      while (next < marks.size() && marks.get(next).at() < data.start()) {
        next++;
      }
      boolean secret =
          (next > 0 && marks.get(next - 1).kind().equals("Secret"))
              || (next < marks.size() && marks.get(next).kind().equals("Secret"));
      if (!secret || data.end() < done) {
        continue;
      }
      int end = data.group(1) == null ? block(text, data) : braced(text, data.end());
      clean.append(text, done, data.end());
      String held = text.substring(data.end(), end);
      clean.append(data.group(1) == null ? lines(held) : values(held));
      done = end;
    }
    return done == 0 ? text : clean.append(text, done, text.length()).toString();
  }

  private static int braced(String text, int from) {
    int end = text.indexOf('}', from);
    return end < 0 ? text.length() : end;
  }

  /** The end of the lines that are indented further than the key. */
  private static int block(String text, Matcher key) {
    int own = key.start() - (text.lastIndexOf('\n', key.start()) + 1);
    int end = key.end();
    while (end < text.length()) {
      int at = end;
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
      boolean blank = at < text.length() && "\r\n".indexOf(text.charAt(at)) >= 0;
      if (at - end <= own && !blank) {
        break;
      }
      int line = text.indexOf('\n', at);
      end = line < 0 ? text.length() : line + 1;
    }
    return end;
  }

  private static String values(String held) {
    return BRACED
        .matcher(held)
        .replaceAll(value -> {
          String quote = value.group(2) == null ? "" : value.group(2);
          return Matcher.quoteReplacement(value.group(1) + quote + Redactor.REDACTED);
        });
  }

  private static String lines(String held) {
    StringBuilder clean = new StringBuilder();
    Matcher line = LINE.matcher(held);
    int done = 0;
    while (done < held.length() && line.find(done)) {
      clean.append(held, done, line.start(2));
      clean.append(line.group(2).isBlank() ? line.group(2) : Redactor.REDACTED);
      int end = held.indexOf('\n', line.end());
      clean.append(held, line.end(), end < 0 ? held.length() : end + 1);
      done = end < 0 ? held.length() : end + 1;
    }
    return clean.toString();
  }
}
