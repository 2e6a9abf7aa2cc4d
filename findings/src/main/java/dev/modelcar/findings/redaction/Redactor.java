package dev.modelcar.findings.redaction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.modelcar.core.Json;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out of a case: tokens, passwords, keys, cookies, signed addresses, and all data of
 * Secrets. What is left explains a failure as well as before. Doing it twice changes nothing.
 */
public final class Redactor {
  /** What stands in the place of a secret. */
  public static final String REDACTED = "<redacted>";

  private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)");

  /** The lines after it that are indented further are a value, or have one. */
  private static final Pattern BLOCK = Pattern.compile("[|>][+-]?\\d?\\s*$");

  private static final Pattern OPEN = Pattern.compile("[:{\\[(]\\s*$");
  private static final int MOST_INNER = 8;

  /** The base64 of {@code -----BEGIN }: of a certificate, or of a key. */
  private static final Pattern PEM = Pattern.compile("LS0tLS1CRUdJTi[A-Za-z0-9+/]{10,}={0,2}");

  /** A file that was encoded, in one line or wrapped. */
  private static final Pattern BASE64 =
      Pattern.compile(
          "[A-Za-z0-9+/]{40,}+(?:\\n[ \\t]*[A-Za-z0-9+/]{40,}+)*+(?:\\n[ \\t]*[A-Za-z0-9+/]{2,}+(?=={0,2}\\s))?={0,2}");

  private static final Pattern ELEMENT =
      Pattern.compile("<([\\w:.-]+)(?: [^<>]*)?>\\s*+([^<>]+)</\\1>");
  private static final Pattern NAME_VALUE =
      Pattern.compile(
          "(?i)\\b(?:name|key)\\W{1,6}([\\w.-]+)\\W{1,40}?\\b(?:value|default)\\\\?[\"']?\\s*[:=]\\s*\\\\?[\"']?([^\\s\"',}\\\\]{3,})");
  private static final Pattern OPTION = Pattern.compile("--?[A-Za-z][\\w.-]*");

  /** Values of options of one letter in lists. */
  private static final Set<String> SHORT = Set.of("-p", "-P");

  /** Fields that have the value of what the object around them is called. */
  private static final Set<String> VALUES =
      Set.of("value", "plain", "plaintext", "stringvalue", "literal", "default");

  private static final int MOST_SEEN = 1000;
  private static final int MOST_WORDS = 100;

  /** Values of fields with secret names that say nothing. */
  private static final Set<String> COMMON =
      Set.of(
          "admin",
          "basic",
          "bearer",
          "default",
          "disabled",
          "enabled",
          "example",
          "false",
          "hidden",
          "localhost",
          "optional",
          "password",
          "redacted",
          "required",
          "secret",
          "token");

  /** Values that were taken out; they are secret elsewhere, too. */
  private final Set<String> seen = new LinkedHashSet<>();

  /** Those that look like words; they are taken out where they stand alone. */
  private final Set<String> words = new LinkedHashSet<>();

  private final Assignments assignments = new Assignments(this::saw);

  private Redactor() {}

  /** A text of one or several lines without secrets. */
  public static String redact(String text) {
    return new Redactor().text(text);
  }

  /** The words of a command line without secrets; an option's value may be a word of its own. */
  public static List<String> redactWords(List<String> words) {
    return redact(words.stream().map(word -> word.replaceAll("\\R", " ")).toList());
  }

  /** Lines without secrets; a key may take several of them. */
  public static List<String> redact(List<String> lines) {
    return new Redactor().lines(lines);
  }

  /** An object without secrets. */
  public static JsonNode redact(JsonNode node) {
    return new Redactor().object(node);
  }

  /** A case without secrets. A value that is secret in one place is taken out everywhere. */
  public static Case redact(Case known) {
    Redactor redactor = new Redactor();
    Case clean = redactor.all(known, redactor::object, redactor::lines);
    redactor.words.removeAll(names(known));
    return redactor.seen.isEmpty() && redactor.words.isEmpty()
        ? clean
        : redactor.all(clean, redactor::withoutSeen, redactor::withoutSeen);
  }

  /** What objects and their containers are called is needed to explain a failure. */
  private static Set<String> names(Case known) {
    Set<String> names = new HashSet<>();
    for (KubeObject object : known.objects()) {
      Stream.concat(Stream.of(object.node()), object.node().findParents("name").stream())
          .flatMap(node ->
              Stream.of("name", "namespace", "kind", "image").map(key -> node.path(key).asText("")))
          .forEach(text -> names.addAll(List.of(text.split("[/:@.]"))));
      names.add(object.namespace());
    }
    return names;
  }

  private Case all(Case known, UnaryOperator<JsonNode> objects, UnaryOperator<List<String>> lines) {
    return new Case(
        known.objects().stream()
            .map(object -> new KubeObject(objects.apply(object.node())))
            .toList(),
        known.logs().stream()
            .map(log ->
                new ContainerLog(
                    log.pod(), log.container(), log.previous(), lines.apply(log.lines())))
            .toList(),
        lines.apply(known.texts()),
        lines.apply(known.gaps()));
  }

  private void saw(String value) {
    if (value.length() >= 8 && seen.size() < MOST_SEEN && Assignments.isRandom(value)) {
      seen.add(value);
      // As it is stored, and as a file with a line end would be.
      for (String text : List.of(value, value + "\n")) {
        seen.add(
            Base64.getEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** The value of a secret field, which may be a word. */
  private void sawField(String value) {
    saw(value);
    if (value.length() > 4
        && value.length() < 200
        && value.chars().noneMatch(Character::isWhitespace)
        && words.size() < MOST_WORDS
        && !Assignments.isHarmless(value)
        && !COMMON.contains(value.toLowerCase(Locale.ROOT))) {
      words.add(value);
    }
  }

  private List<String> withoutSeen(List<String> lines) {
    return lines.stream().map(this::withoutSeen).toList();
  }

  private String withoutSeen(String text) {
    String clean = text;
    for (String value : seen) {
      clean = clean.replace(value, REDACTED);
    }
    for (String word : words) {
      if (clean.contains(word)) {
        clean =
            Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])")
                .matcher(clean)
                .replaceAll(REDACTED);
      }
    }
    return clean;
  }

  private JsonNode withoutSeen(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(withoutSeen(node.textValue()));
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, withoutSeen(array.get(i)));
      }
    } else if (node instanceof ObjectNode object) {
      object.properties().forEach(entry -> entry.setValue(withoutSeen(entry.getValue())));
    }
    return node;
  }

  // ---- texts ----

  private List<String> lines(List<String> lines) {
    return lines.isEmpty() ? lines : List.of(text(String.join("\n", lines)).split("\n", -1));
  }

  /** Looks closely only at the lines that have a hint, and at those around them. */
  private String text(String text) {
    String whole = PrintedSecrets.redact(KEY.matcher(text).replaceAll(REDACTED));
    if (!Notations.hint(whole)) {
      return whole;
    }
    StringBuilder clean = new StringBuilder(whole.length());
    StringBuilder open = new StringBuilder();
    String before = "";
    boolean hot = false;
    int block = 0;
    for (String line : (Iterable<String>) whole.lines()::iterator) {
      block = line.startsWith(" ") || line.startsWith("\t") ? block - 1 : 0;
      boolean hint = Notations.hint(line);
      if (hint || hot || block > 0) {
        open.append(open.isEmpty() ? before : "").append(line).append('\n');
        before = "";
      } else {
        clean.append(close(open)).append(before);
        before = line + "\n";
      }
      hot = hint;
      if (hint) {
        block = Math.max(block, block(line));
      }
    }
    clean.append(close(open)).append(before);
    return whole.endsWith("\n") || clean.isEmpty()
        ? clean.toString()
        : clean.substring(0, clean.length() - 1);
  }

  /** How many lines after it that are indented may belong to what a line begins. */
  private static int block(String line) {
    return BLOCK.matcher(line).find()
        ? Integer.MAX_VALUE
        : OPEN.matcher(line).find() ? MOST_INNER : 0;
  }

  /** The lines that have been collected, without secrets. */
  private String close(StringBuilder open) {
    String text = open.toString();
    open.setLength(0);
    if (text.isEmpty()) {
      return text;
    }
    String clean =
        PEM.matcher(text).replaceAll(found -> isKey(found.group()) ? REDACTED : found.group());
    clean = Notations.redact(BASE64.matcher(clean).replaceAll(Redactor::withoutCredentials));
    clean = valueOf(ELEMENT, clean);
    clean = valueOf(NAME_VALUE, clean);
    return assignments.redact(clean);
  }

  /** The second group of a pattern is taken out where the first one is a secret's name. */
  private String valueOf(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .replaceAll(found -> {
          String value = found.group(2).stripTrailing();
          boolean secret =
              SecretNames.hides(found.group(1), value) && !Assignments.isHarmless(value);
          if (secret) {
            saw(value);
          }
          String whole = found.group();
          int at = found.start(2) - found.start();
          return Matcher.quoteReplacement(
              secret
                  ? whole.substring(0, at) + REDACTED + whole.substring(at + value.length())
                  : whole);
        });
  }

  /** What has a secret in it once it is decoded, such as a kubeconfig, is secret as a whole. */
  private static String withoutCredentials(MatchResult found) {
    String text = found.group();
    // The last line may be a word that does not belong to it.
    for (int end = text.length(); end > 0; end = text.lastIndexOf('\n', end - 1)) {
      boolean secret =
          Assignments.decoded(text.substring(0, end))
              .filter(decoded -> !new Redactor().text(decoded).equals(decoded))
              .isPresent();
      if (secret) {
        return REDACTED + text.substring(end);
      }
    }
    return text;
  }

  private static boolean isKey(String base64) {
    String start = base64.substring(0, Math.min(base64.length() / 4 * 4, 64));
    return new String(Base64.getDecoder().decode(start), StandardCharsets.ISO_8859_1)
        .contains("PRIVATE");
  }

  // ---- objects ----

  private JsonNode object(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(value(node.textValue()));
    }
    if (node.isArray()) {
      return array(node);
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = Json.object();
    String named = node.path("name").asText(node.path("key").asText(""));
    boolean secret = node.path("kind").asText("").equals("Secret");
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      String name = key.equals("value") || key.equals("default") ? named : key;
      boolean hidden = SecretNames.hides(name, entry.getValue().asText(""));
      boolean data =
          key.equals("binaryData") || (secret && (key.equals("data") || key.equals("stringData")));
      object.set(
          key.length() < 12 ? key : text(key),
          data
              ? data(entry.getValue())
              : hidden ? hidden(entry.getValue()) : object(entry.getValue()));
    }
    if (secret
        && object.path("metadata").path("annotations") instanceof ObjectNode annotations
        && annotations.has(APPLIED)) {
      annotations.put(APPLIED, REDACTED);
    }
    return object;
  }

  /** What a Secret holds, or what cannot be read; texts in it are secret elsewhere, too. */
  private JsonNode data(JsonNode node) {
    ObjectNode clean = Json.object();
    node.properties()
        .forEach(entry -> {
          String value = entry.getValue().asText("");
          saw(value);
          try {
            sawField(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8).strip());
          } catch (IllegalArgumentException e) {
            // It was no base64, but the text itself.
          }
          clean.put(entry.getKey(), REDACTED);
        });
    return clean;
  }

  /** The value of a secret field; references to values elsewhere remain. */
  private JsonNode hidden(JsonNode value) {
    if (value.isArray()) {
      ArrayNode array = Json.array();
      value.forEach(each -> array.add(hidden(each)));
      return array;
    }
    if (value.isIntegralNumber() && value.asText().length() > 3) {
      return TextNode.valueOf(REDACTED);
    }
    if (value.isObject()) {
      return inner(value);
    }
    if (!value.isTextual() || value.textValue().isEmpty() || value.textValue().startsWith("$(")) {
      return object(value);
    }
    sawField(value.textValue());
    return TextNode.valueOf(REDACTED);
  }

  /** An object under a secret name: its value is secret, what it refers to is not. */
  private JsonNode inner(JsonNode secret) {
    ObjectNode object = (ObjectNode) object(secret);
    for (Map.Entry<String, JsonNode> entry : secret.properties()) {
      String key = entry.getKey().toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
      JsonNode value = entry.getValue();
      if (VALUES.contains(key) && !Assignments.isHarmless(value.asText(""))) {
        object.set(entry.getKey(), hidden(value));
      }
    }
    return object;
  }

  /** The values of options may be elements of their own. */
  private JsonNode array(JsonNode node) {
    ArrayNode array = Json.array();
    String before = "";
    for (JsonNode element : node) {
      String text = element.isTextual() ? element.textValue() : "";
      boolean option = OPTION.matcher(before).matches() && !text.isEmpty() && !text.startsWith("-");
      boolean secret =
          option
              && (SHORT.contains(before)
                  ? text.length() > 3 && Assignments.isRandom(text)
                  : SecretNames.isSecret(before) && !Assignments.isHarmless(text));
      Optional<String> password = Notations.passwordOf(before, text);
      password.ifPresent(this::saw);
      JsonNode clean = secret ? hidden(element) : object(element);
      array.add(
          password
              .<JsonNode>map(word -> TextNode.valueOf(text.replace(word, REDACTED)))
              .orElse(clean));
      before = text;
    }
    return array;
  }

  /** A text, which may be JSON itself. */
  private String value(String text) {
    if (text.length() > 2 && text.stripLeading().startsWith("{")) {
      try {
        JsonNode inner = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        JsonNode clean = object(inner);
        if (!clean.equals(inner)) {
          return new String(Json.bytes(clean), StandardCharsets.UTF_8);
        }
      } catch (Json.InvalidJsonException e) {
        // It only begins like JSON.
      }
    }
    return text(text);
  }
}
