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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes secrets out of a case: tokens, passwords, keys, cookies, signed addresses, and all data of
 * Secrets. What is left explains a failure as well as before. Doing it twice changes nothing.
 */
public final class Redactor {
  /** What stands in the place of a secret. */
  public static final String REDACTED = "<redacted>";

  private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final Pattern BEGIN_KEY =
      Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----");
  private static final Pattern END_KEY =
      Pattern.compile("-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----");
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)");

  /** Names of variables, parameters and keys whose values are secret. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i).*(?:passwor[dt]|passwd|passphrase|token|api[-_.]?key|access[-_.]?key|secret[-_.]?key|private[-_.]?key|credentials?|client[-_.]?secret|auth|authorization|cookie|dockerconfigjson|dockercfg)|pwd|secret");

  private record Replacement(Pattern pattern, String by) {}

  private static Replacement replace(String pattern, String by) {
    return new Replacement(Pattern.compile(pattern), by);
  }

  /** A word after {@code password:} in a sentence rather than a value. */
  private static final String NO_WORD =
      "(?!(?:authentication|unauthorized|incorrect|invalid|access|denied|required|missing|not|the|is|was|has|for|permission|null|none|true|false|<redacted>)\\b|<redacted>)";

  private static final List<Replacement> REPLACEMENTS =
      List.of(
          replace("([a-zA-Z][a-zA-Z0-9+.-]*://)[^/\\s@\"'<>]+@", "$1" + REDACTED + "@"),
          replace(
              "(?i)([?&;](?:x-amz-[\\w-]+|x-goog-[\\w-]+|signature|sig|token|access_token|refresh_token|id_token|key-pair-id|policy|awsaccesskeyid|googleaccessid|code|password|secret|key|apikey|api_key|_state|x-xet-[\\w-]+)=)[^&\\s\"'\\\\<>]+",
              "$1" + REDACTED),
          replace(
              "(?i)((?:^|[\\s\"'{,])(?:set-)?cookie\\\\?[\"']?\\s*[:=]\\s*+)(?!<redacted>)[^\\r\\n]+",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b(?:proxy-)?authorization\\\\?[\"']?\\s*+[:=]\\s*+\\\\?[\"']?(?:bearer|basic|token|digest|aws4-hmac-sha256)?+\\s*+)(?!<redacted>|authorization |failed|denied|required)[^\\r\\n\"'\\\\]+",
              "$1" + REDACTED),
          replace(
              "(?i)\\b(bearer)(\\s+)(?!realm|<redacted>|token\\b|auth)[A-Za-z0-9._~+/=-]{6,}",
              "$1$2" + REDACTED),
          replace(
              "\\b([Bb]asic|BASIC)(\\s+)(?=[A-Za-z+/]*[A-Z0-9=])[A-Za-z0-9+/_-]{6,}={0,2}",
              "$1$2" + REDACTED),
          replace("\\b(?:hf|api_org)_[A-Za-z0-9]{10,}", REDACTED),
          replace("\\beyJ[A-Za-z0-9_+/=-]{10,}(?:\\.[A-Za-z0-9_+/=-]*)*", REDACTED),
          replace("\\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|AIPA)[A-Z0-9]{12,}\\b", REDACTED),
          replace(
              "\\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\\w{20,}|glpat-[\\w-]{16,}|xox[abeprs]-[\\w-]{10,}|AIza[\\w-]{30,}|sk-[A-Za-z0-9_-]{20,}|nvapi-[\\w-]{20,}|sha256~[\\w-]{30,}|dckr_pat_[\\w-]{16,})",
              REDACTED),
          // JSON, also inside of a text of JSON.
          replace(
              "(?i)(\\\\*\"[\\w.-]*(?:auth|password|passwd|token|secret|secretkey|accesskey|secretaccesskey|secret_access_key|access_key|api_key|apikey|client_secret|private_key|dockerconfigjson|dockercfg)\\\\*\"\\s*:\\s*\\\\*\")(?!<redacted>|\\\\*\")[^\"\\\\]+",
              "$1" + REDACTED),
          replace(
              "(?i)(--(?:[a-z]+-)?(?:password|passwd|token|creds|secret|api-key)(?:=|\\s+))(?!<redacted>)[^\\s\"'\\\\]+",
              "$1" + REDACTED),
          replace("(\\blogin\\b[^\\r\\n]*\\s-p[= ]?)(?!<redacted>)\\S+", "$1" + REDACTED),
          replace("(\\bcurl\\b[^\\r\\n]*\\s-u[= ]?)(?!<redacted>)\\S+", "$1" + REDACTED),
          replace(
              "(?i)([\\w.-]*(?:password|passwd|passphrase|token|secret|api[-_]?key|access[-_]?key|credentials?)\\s*=\\s*[\"']?)"
                  + NO_WORD
                  + "(?!\\$)[^\\s\"',;&)]{4,}",
              "$1" + REDACTED),
          replace(
              "(?i)\\b([\\w.-]*(?:password|passwd|passphrase)[\"']?\\s*:\\s*[\"']?)"
                  + NO_WORD
                  + "[^\\s\"',;]{5,}",
              "$1" + REDACTED),
          replace(
              "(?i)\\b([\\w.-]*(?:token|api[-_]?key|access[-_]?key|secret[-_]?key|aws_session_token|client[-_]?secret)[\"']?\\s*:\\s*[\"']?)"
                  + NO_WORD
                  + "(?=[^\\s\"',;]*\\d)(?!sha256:)[^\\s\"',;]{8,}",
              "$1" + REDACTED));

  private Redactor() {}

  /** A text of one or several lines without secrets. */
  public static String redact(String text) {
    String clean = KEY.matcher(text).replaceAll(REDACTED);
    for (Replacement replacement : REPLACEMENTS) {
      clean = replacement.pattern().matcher(clean).replaceAll(replacement.by());
    }
    return clean;
  }

  /** The words of a command line without secrets; an option's value may be a word of its own. */
  public static List<String> redactWords(List<String> words) {
    String lines =
        words.stream().map(word -> word.replaceAll("\\R", " ")).collect(Collectors.joining("\n"));
    return List.of(redact(lines).split("\n", -1));
  }

  /** Lines without secrets; a key may take several of them. */
  public static List<String> redact(List<String> lines) {
    List<String> clean = new ArrayList<>(lines.size());
    boolean inKey = false;
    for (String line : lines) {
      if (inKey) {
        inKey = !END_KEY.matcher(line).find();
        continue;
      }
      var begin = BEGIN_KEY.matcher(line);
      inKey = begin.find() && !END_KEY.matcher(line).find();
      clean.add(inKey ? redact(line.substring(0, begin.start())) + REDACTED : redact(line));
    }
    return clean;
  }

  /** A case without secrets. */
  public static Case redact(Case known) {
    return new Case(
        known.objects().stream().map(object -> new KubeObject(redact(object.node()))).toList(),
        known.logs().stream()
            .map(log ->
                new ContainerLog(log.pod(), log.container(), log.previous(), redact(log.lines())))
            .toList(),
        redact(known.texts()),
        redact(known.gaps()));
  }

  /** An object without secrets. */
  public static JsonNode redact(JsonNode node) {
    JsonNode clean = clean(node);
    if (node.path("kind").asText("").equals("Secret") && clean instanceof ObjectNode secret) {
      for (String key : List.of("data", "stringData")) {
        if (secret.get(key) instanceof ObjectNode data) {
          data.properties().forEach(entry -> data.put(entry.getKey(), REDACTED));
        }
      }
      if (secret.path("metadata").path("annotations") instanceof ObjectNode annotations
          && annotations.has(APPLIED)) {
        annotations.put(APPLIED, REDACTED);
      }
    }
    return clean;
  }

  private static JsonNode clean(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(text(node.textValue()));
    }
    if (node.isArray()) {
      ArrayNode array = Json.array();
      node.forEach(element -> array.add(redact(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = Json.object();
    String name = node.path("name").asText("");
    boolean secret = SECRET_NAME.matcher(name).matches();
    node.properties()
        .forEach(entry -> {
          JsonNode value = entry.getValue();
          boolean hidden =
              value.isTextual()
                  && !value.textValue().startsWith("$(")
                  && ((secret
                          && (entry.getKey().equals("value") || entry.getKey().equals("default")))
                      || hides(entry.getKey(), value.textValue()));
          object.set(
              redactKey(entry.getKey()), hidden ? TextNode.valueOf(REDACTED) : redact(value));
        });
    return object;
  }

  private static String redactKey(String key) {
    return key.length() < 12 ? key : redact(key);
  }

  /** A key such as {@code password}; names of Secrets and of keys in them are no secrets. */
  private static boolean hides(String key, String value) {
    return SECRET_NAME.matcher(key).matches() && !value.isEmpty() && !key.equals("secret");
  }

  /** A text, which may be JSON itself. */
  private static String text(String text) {
    String start = text.stripLeading();
    if (start.startsWith("{") && text.length() > 2) {
      try {
        JsonNode inner = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        JsonNode clean = redact(inner);
        return clean.equals(inner)
            ? redact(text)
            : new String(Json.bytes(clean), StandardCharsets.UTF_8);
      } catch (Json.InvalidJsonException e) {
        return redact(text);
      }
    }
    return redact(text);
  }
}
