package dev.modelcar.findings.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out the values that stand after a secret name: {@code NAME=value}, {@code name: value},
 * {@code 'name': ['value']}, {@code --name value}, {@code "--name", "value"}, the same over two
 * lines of a list, and {@code name: {value: value}}.
 */
final class Assignments {
  private static final String NEXT_ITEM = "(?:\\n|\\\\n)[ \\t]*-[ \\t]+";

  /** A name, also with a word apart ({@code api key: …}), at the start of a word. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?:(?<=\\\\[nrt])|(?<![\\w.-])(?!(?<=\\\\)[nrt]))(?<dashes>-{0,2})"
              + "(?<name>[A-Za-z_.][\\w.-]*+(?:(?i)(?<=api|access|secret|account) key\\b)?)");

  private static final Pattern EQUALS =
      Pattern.compile("\\\\*[\"']?[ \\t]{0,3}(?:=>|:=|=(?!=)|%3[Dd])[ \\t]{0,3}");
  private static final Pattern COLON =
      Pattern.compile("\\\\*[\"']?[ \\t]{0,3}:(?![:/])[ \\t]{0,20}");

  /** Between an option and its value, in a command, a list or a list over lines. */
  private static final Pattern OPTION =
      Pattern.compile("\\\\*[\"']?(?:[ \\t]*,[ \\t]*|[ \\t]+|\\n|" + NEXT_ITEM + ")(?!-)");

  /** What opens a value: the call of a type, brackets. */
  private static final Pattern OPEN =
      Pattern.compile("(?:(?:SecretStr|b(?=['\"]))\\(?)?[\\[({]{0,2}");

  /** The value may be a field of what the name has: {@code password: {value: …}}. */
  private static final Pattern FIELD =
      Pattern.compile(
          "(?i)(?:\\G|(?<=[\\s{,(\\[\"'\\\\]))(?:value|plain_?(?:text)?|string_?value|literal)\\\\*[\"']?[ \\t]*[:=][ \\t]*");

  private static final Pattern BRACE =
      Pattern.compile("\\\\*[\"']?[ \\t]*[:=]>?[ \\t]*(?:map)?(?:[\\w.]*\\(|[{\\[])");
  private static final Pattern BELOW = Pattern.compile("[\"']?[ \\t]*:[ \\t]*[{]?[ \\t]*\\n");
  private static final int MOST_LINES = 8;
  private static final int MOST_WITHIN = 300;

  /** What was opened is an object, and begins with the name of a field. */
  private static final Pattern KEY_AFTER = Pattern.compile("\\\\*[\"'][ \\t]*:");

  private static final Pattern LIST = Pattern.compile("\\\\*[\"']([^\\]\\r\\n]+)");
  private static final Pattern WORD = Pattern.compile("[^\\s\"'`,;&)}\\]\\\\]+");
  private static final Pattern ENV_WORD = Pattern.compile("[^\\s\"'`\\\\]+");
  private static final Pattern REST = Pattern.compile("[^\\r\\n\"'\\\\]+");

  /** What is no value: words of a sentence, references, paths, addresses, digests. */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(?i:none|null|nil|true|false|string|stringarray|unset|\\[\\])|<[^>]*>|\\*+|\\$(?:[A-Z_][A-Z0-9_]*|\\{[^}]*\\}?|\\(.*)|\\{\\{?.*|%\\(?\\w*\\)?s?|…|\\.\\.\\."
              + "|sha(?:256|512):.*|https?://.*|id=.*|k8s://.*|-?\\d{1,3}(?:\\.\\d+)?"
              + "|\\.{0,2}(?:/[a-z0-9._@-]+)+/?|[\\w./-]+\\.(?:pem|key|crt|json|ya?ml|txt|py)");

  /** A sentence goes on. */
  private static final Pattern PROSE =
      Pattern.compile(
          "(?i)(?:auth\\w*|unauthorized|incorrect|invalid|wrong|access|denied|required?|missing|not?|the|is|was|has|for|from|in|or|and|to|must|if|with|are|will|cannot|failed|permission|unknown|expired|error|context|open|secrets?|basic|bearer|rpc|unexpected|value|using|could|unable|may|signature|audience|issuer|claims?)(?![\\w-])[\\s\\S]*");

  private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9+/]{32,}={0,2}");

  /** What a packed file begins with. */
  private static final String GZIP = "H4sI";

  private static final Pattern BINARY = Pattern.compile("[\\x00-\\x08\\x0e-\\x1f\\ufffd]");

  private static final Pattern METAVARIABLE = Pattern.compile("[A-Z][A-Z_]+|\\[?<.*");
  private static final Set<Character> KEY_BEFORE =
      Set.of('{', '[', ',', '(', '\n', '\r', '?', '&', ';');

  private final Consumer<String> found;

  /**
   * @param found gets each value that was taken out
   */
  Assignments(Consumer<String> found) {
    this.found = found;
  }

  String redact(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    Matcher name = NAME.matcher(text);
    int copied = 0;
    int from = 0;
    while (from <= text.length() && name.find(from)) {
      from = name.end();
      if (name.group("dashes").isEmpty() && !mayHaveValue(text, from)) {
        continue;
      }
      SecretNames.Kind kind = SecretNames.of(name.group("name"));
      if (kind == SecretNames.Kind.INNOCENT) {
        continue;
      }
      int[] value = value(text, name, kind);
      if (value.length == 2 && value[0] >= copied) {
        found.accept(text.substring(value[0], value[1]));
        clean.append(text, copied, value[0]).append(Redactor.REDACTED);
        copied = value[1];
        from = copied;
      }
    }
    return copied == 0 ? text : clean.append(text, copied, text.length()).toString();
  }

  /** Whether a separator comes after a name. */
  private static boolean mayHaveValue(String text, int from) {
    int i = from;
    while (i < text.length() && " \t\\\"'".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    return i < text.length() && "=:,%".indexOf(text.charAt(i)) >= 0;
  }

  private static int[] value(String text, Matcher name, SecretNames.Kind kind) {
    int end = name.end();
    int inner = field(text, name);
    if (inner >= 0) {
      return of(text, inner, WORD, kind, 3);
    }
    Matcher equals = EQUALS.matcher(text).region(end, text.length());
    if (equals.lookingAt()) {
      boolean env = !KEY_BEFORE.contains(before(text, name.start())) && equals.end() - end == 1;
      return of(text, equals.end(), env ? ENV_WORD : WORD, kind, 3);
    }
    Matcher colon = COLON.matcher(text).region(end, text.length());
    if (colon.lookingAt()) {
      return afterColon(text, name, kind, colon.end());
    }
    Matcher option = OPTION.matcher(text).region(end, text.length());
    boolean isOption = !name.group("dashes").isEmpty() || text.startsWith("('", name.start() - 2);
    if (isOption && option.lookingAt()) {
      int[] value = of(text, option.end(), WORD, kind, 2);
      return value.length == 2 && METAVARIABLE.matcher(text.substring(value[0], value[1])).matches()
          ? new int[0]
          : value;
    }
    return new int[0];
  }

  /** Where the value begins if it is a field of what the name has, or -1. */
  private static int field(String text, Matcher name) {
    int end = name.end();
    Matcher below = BELOW.matcher(text).region(end, text.length());
    Matcher brace = BRACE.matcher(text).region(end, text.length());
    int from;
    int to;
    if (below.lookingAt()) {
      from = below.end();
      to = from;
      int own = indent(text, text.lastIndexOf('\n', name.start()) + 1);
      for (int i = 0; i < MOST_LINES && to < text.length() && indent(text, to) > own; i++) {
        int next = text.indexOf('\n', to);
        to = next < 0 ? text.length() : next + 1;
      }
    } else if (brace.lookingAt()) {
      from = brace.end();
      to = Math.min(text.length(), from + MOST_WITHIN);
      for (int i = from; i < to; i++) {
        to = "{}()[]\n".indexOf(text.charAt(i)) >= 0 ? i : to;
      }
    } else {
      return -1;
    }
    Matcher field = FIELD.matcher(text).region(from, to).useTransparentBounds(true);
    return field.find() ? field.end() : -1;
  }

  /** In a sentence, a colon is followed by anything; after a key, by its value. */
  private static int[] afterColon(String text, Matcher name, SecretNames.Kind kind, int from) {
    boolean spaced = text.charAt(from - 1) != ':';
    String word = name.group("name");
    // The names of test results, and of Secrets in options: secret:NAME.
    if (word.equals("PASS") || (!spaced && word.equals("secret"))) {
      return new int[0];
    }
    char next = from < text.length() ? text.charAt(from) : ' ';
    boolean quoted =
        "\"'\\".indexOf(text.charAt(name.end())) >= 0 || (!spaced && "\"'\\".indexOf(next) >= 0);
    if (next == '|' || next == '>') {
      return block(text, name.start(), from);
    }
    if (quoted || isKey(text, name.start())) {
      boolean line = isLine(text, name.start());
      return of(text, from, line && kind == SecretNames.Kind.PASSWORD ? REST : WORD, kind, 3);
    }
    SecretNames.Kind inSentence = kind == SecretNames.Kind.SECRET ? SecretNames.Kind.UNSURE : kind;
    return of(text, from, WORD, inSentence, 4);
  }

  /** The lines of a YAML block, which are indented further than their key. */
  private static int[] block(String text, int name, int from) {
    int line = text.lastIndexOf('\n', name) + 1;
    int start = text.indexOf('\n', from) + 1;
    int end = start;
    while (start > 0 && end < text.length() && indent(text, end) > indent(text, line)) {
      int next = text.indexOf('\n', end);
      end = next < 0 ? text.length() : next + 1;
    }
    end -= end > start && text.charAt(end - 1) == '\n' ? 1 : 0;
    return end <= start || isHarmless(text.substring(start, end).strip())
        ? new int[0]
        : new int[] {start + indent(text, start), end};
  }

  private static int indent(String text, int line) {
    int end = line;
    while (end < text.length() && " \t".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end - line;
  }

  private static char before(String text, int at) {
    int i = at - 1;
    while (i >= 0
        && (text.charAt(i) == ' '
            || text.charAt(i) == '\t'
            || text.charAt(i) == '"'
            || text.charAt(i) == '\''
            || text.charAt(i) == '\\')) {
      i--;
    }
    return i < 0 ? '\n' : text.charAt(i);
  }

  private static boolean isKey(String text, int at) {
    char before = before(text, at);
    return KEY_BEFORE.contains(before) || isLine(text, at);
  }

  /** Whether only blanks and a dash stand before it on its line. */
  private static boolean isLine(String text, int at) {
    int i = at - 1;
    while (i >= 0 && " \t-\"'+".indexOf(text.charAt(i)) >= 0) {
      i--;
    }
    return i < 0
        || text.charAt(i) == '\n'
        || (i > 0 && text.charAt(i) == 'n' && text.charAt(i - 1) == '\\');
  }

  private static int[] of(String text, int from, Pattern word, SecretNames.Kind kind, int least) {
    Matcher open = OPEN.matcher(text).region(from, text.length());
    int start = open.lookingAt() ? open.end() : from;
    if (start > from && text.charAt(start - 1) == '[') {
      Matcher list = LIST.matcher(text).region(start, text.length());
      if (list.lookingAt()) {
        return unlessHarmless(text, list.start(1), list.end(1), kind, least);
      }
    }
    int quote = start;
    while (quote < text.length() && text.charAt(quote) == '\\') {
      quote++;
    }
    if (quote < text.length() && "\"'".indexOf(text.charAt(quote)) >= 0) {
      int end = endOfQuoted(text, start, quote);
      boolean key = start > from && KEY_AFTER.matcher(text).region(end, text.length()).lookingAt();
      return key ? new int[0] : unlessHarmless(text, quote + 1, end, kind, least);
    }
    Matcher value = word.matcher(text).region(start, text.length());
    return !value.lookingAt() || PROSE.matcher(value.group().strip()).matches()
        ? new int[0]
        : unlessHarmless(text, value.start(), value.end(), kind, least);
  }

  /** A quote ends at the same quote; within an escaped one, at the next escape. */
  private static int endOfQuoted(String text, int start, int quote) {
    for (int i = quote + 1; i < text.length(); i++) {
      char at = text.charAt(i);
      if (at == '\n' || at == '\r' || at == text.charAt(quote) || (at == '\\' && quote > start)) {
        return i;
      }
      i += at == '\\' ? 1 : 0;
    }
    return text.length();
  }

  private static int[] unlessHarmless(
      String text, int from, int to, SecretNames.Kind kind, int least) {
    String value = text.substring(from, Math.max(from, to)).strip();
    boolean harmless =
        value.length() < least
            || isHarmless(value)
            || (kind == SecretNames.Kind.FILE && !isEncoded(value))
            || (kind == SecretNames.Kind.UNSURE && !isRandom(value));
    return harmless ? new int[0] : new int[] {from, to};
  }

  /** Whether it is a reference, a path or the like rather than a value. */
  static boolean isHarmless(String value) {
    return HARMLESS.matcher(value).matches() || value.contains(Redactor.REDACTED);
  }

  /** Whether it is a file's content as base64, a text or packed, rather than its path. */
  static boolean isEncoded(String value) {
    return ENCODED.matcher(value).matches()
        && (value.startsWith(GZIP) || decoded(value).isPresent());
  }

  /** The text that base64 encodes, which may be cut; empty if it is none. */
  static Optional<String> decoded(String base64) {
    String whole = base64.replaceAll("[\\s=]", "");
    byte[] bytes = Base64.getDecoder().decode(whole.substring(0, whole.length() / 4 * 4));
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The end may be cut within a letter.
    boolean readable = !BINARY.matcher(text.substring(0, Math.max(0, text.length() - 3))).find();
    return readable ? Optional.of(text) : Optional.empty();
  }

  /** Whether it looks like a key rather than like a word. */
  static boolean isRandom(String value) {
    return value.length() >= 6
        && value.chars().anyMatch(Character::isDigit)
        && value.chars().anyMatch(Character::isLetter)
        && !isHarmless(value);
  }
}
