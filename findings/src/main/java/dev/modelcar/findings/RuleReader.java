package dev.modelcar.findings;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads rules, and refuses those that lack something or have something unknown. */
final class RuleReader {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)+");
  private static final Pattern CATEGORY = Pattern.compile("[a-z]+(-[a-z]+)*");
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "title",
          "category",
          "severity",
          "signs",
          "also",
          "cause",
          "exclude",
          "proof",
          "fix",
          "prevent",
          "proven",
          "probe",
          "confirmed",
          "refuted",
          "instead");

  private final String file;
  private final Map<?, ?> values;

  private RuleReader(String file, Map<?, ?> values) {
    this.file = file;
    this.values = values;
  }

  /**
   * The rules of a file, a list.
   *
   * @throws IllegalArgumentException if it is not one, or a rule is not complete
   */
  static List<Rule> read(String file, byte[] yaml) {
    Object document;
    try {
      document =
          new Load(LoadSettings.builder().setLabel(file).setCodePointLimit(1 << 24).build())
              .loadFromInputStream(new ByteArrayInputStream(yaml));
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
    List<Rule> rules = new ArrayList<>();
    for (Object each : document instanceof List<?> list ? list : List.of()) {
      if (!(each instanceof Map<?, ?> values)) {
        throw new IllegalArgumentException(file + ": an entry is not a rule: " + each);
      }
      rules.add(new RuleReader(file, values).rule());
    }
    if (rules.isEmpty()) {
      throw new IllegalArgumentException(file + " has no list of rules");
    }
    return rules;
  }

  private Rule rule() {
    for (Object key : values.keySet()) {
      if (!(key instanceof String name) || !KEYS.contains(name)) {
        throw wrong("unknown key " + key);
      }
    }
    boolean proven = !Boolean.FALSE.equals(values.get("proven"));
    String probe = text("probe", "");
    if (proven != probe.isEmpty()) {
      throw wrong("a rule has a probe if, and only if, it is not proven");
    }
    return new Rule(
        matching("id", ID),
        required("title"),
        matching("category", CATEGORY),
        constant(Severity.class, required("severity")),
        signs(),
        texts("also").stream().map(this::pattern).toList(),
        required("cause"),
        excluded(),
        texts("proof").stream().map(this::pattern).toList(),
        atLeastOne(texts("fix")),
        text("prevent", ""),
        proven,
        probe,
        new Rule.Decision(
            texts("confirmed").stream().map(this::pattern).toList(),
            texts("refuted").stream().map(this::pattern).toList(),
            text("instead", "")));
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "%s: rule %s: %s".formatted(file, String.valueOf(values.get("id")), what));
  }

  private String required(String key) {
    String text = text(key, "");
    if (text.isEmpty()) {
      throw wrong(key + " is missing");
    }
    return text;
  }

  private String text(String key, String otherwise) {
    return text(key, values.get(key), otherwise);
  }

  private String text(String key, @Nullable Object value, String otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof String text) || text.isBlank()) {
      throw wrong(key + " is not text");
    }
    return text.strip();
  }

  private String matching(String key, Pattern pattern) {
    String text = required(key);
    if (!pattern.matcher(text).matches()) {
      throw wrong(key + " does not match " + pattern);
    }
    return text;
  }

  private <E extends Enum<E>> E constant(Class<E> type, String word) {
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw wrong("no " + type.getSimpleName() + " is called " + word);
    }
  }

  private List<String> texts(String key) {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(key + " is not a list");
    }
    return list.stream().map(each -> text(key, each, "")).toList();
  }

  /** A pattern that reads well by itself, or one with its words: {@code PATTERN: WORDS}. */
  private List<Rule.Excluded> excluded() {
    List<Rule.Excluded> excluded = new ArrayList<>();
    for (Object each : values.get("exclude") instanceof List<?> list ? list : List.of()) {
      if (each instanceof Map<?, ?> one && one.size() == 1) {
        one.forEach((pattern, words) ->
            excluded.add(
                new Rule.Excluded(pattern(String.valueOf(pattern)), String.valueOf(words))));
      } else {
        String text = text("exclude", each, "");
        excluded.add(new Rule.Excluded(pattern(text), text));
      }
    }
    return excluded;
  }

  private List<String> atLeastOne(List<String> texts) {
    if (texts.isEmpty()) {
      throw wrong("fix is missing");
    }
    return texts;
  }

  /** Each sign has a key, where it is read, with a pattern; {@code server} may stand beside it. */
  private List<Sign> signs() {
    Object value = values.get("signs");
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong("signs is not a list");
    }
    List<Sign> signs = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof Map<?, ?> given)) {
        throw wrong("a sign is not one of WHERE: PATTERN");
      }
      Map<Object, Object> sign = new LinkedHashMap<>(given);
      Optional<Sign.Server> server =
          Optional.ofNullable(sign.remove("server"))
              .map(name -> constant(Sign.Server.class, String.valueOf(name)));
      if (sign.size() != 1) {
        throw wrong("a sign is not one of WHERE: PATTERN");
      }
      Map.Entry<?, ?> entry = sign.entrySet().iterator().next();
      signs.add(
          new Sign(
              constant(Sign.Where.class, String.valueOf(entry.getKey())),
              pattern(text("sign", entry.getValue(), "")),
              server));
    }
    return signs;
  }

  private Pattern pattern(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw wrong("not a pattern: " + e.getMessage());
    }
  }
}
