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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private record Replacement(Pattern pattern, String by) {}

  private static Replacement replace(String pattern, String by) {
    return new Replacement(Pattern.compile(pattern), by);
  }

  private static final List<Replacement> REPLACEMENTS =
      List.of(
          replace(
              "([a-zA-Z][a-zA-Z0-9+.-]{0,40}://)(?!git@|<redacted>|\\$[({])[^/\\s\"'<>]+@(?!sha(?:256|512):)",
              "$1" + REDACTED + "@"),
          replace("(jdbc:oracle:\\w+:[^/\\s]+/)[^@\\s]+@", "$1" + REDACTED + "@"),
          replace(
              "(?i)(https://(?:hooks\\.(?:slack|zapier)\\.com/[\\w-]+/|discord(?:app)?\\.com/api/webhooks/|[\\w.-]*webhook\\.office\\.com/|outlook\\.office\\.com/webhook/|api\\.telegram\\.org/bot|maker\\.ifttt\\.com/))[^\\s\"'<>\\\\]+",
              "$1" + REDACTED),
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
              "\\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\\w{20,}|gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent)-[\\w-]{16,}|xox[abeprs]-[\\w-]{10,}|xapp-[\\w-]{10,}|AIza[\\w-]{30,}|ya29\\.[\\w-]{20,}|sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_\\w{16,}|nvapi-[\\w-]{20,}|sha256~[\\w-]{30,}|dckr_[op]at_[\\w-]{16,}|npm_[A-Za-z0-9]{20,}|pypi-[\\w-]{30,}|hv[sbr]\\.[\\w-]{20,}|SG\\.[\\w-]{16,}\\.[\\w-]{16,}|dop_v1_\\w{20,}|gls[ac]_\\w{20,}|gsk_\\w{20,}|r8_\\w{20,}|ATATT[\\w=-]{20,}|AGE-SECRET-KEY-\\w+|whsec_\\w{16,}|LTAI\\w{12,})",
              REDACTED),
          replace(
              "\\b(?i:token) (?=[\\w~+/-]*\\d)(?=[\\w~+/-]*[A-Za-z])[\\w~+/-]{8,}(?![\\w.=:/-])",
              "token " + REDACTED),
          // Commands with options of one letter, and what is piped into them.
          replace(
              "(\\blogin\\b[^\\r\\n]{0,400}?\\s-p[= ]?+)(?!<redacted>)[^\\s\"']+", "$1" + REDACTED),
          replace(
              "(\\bsshpass\\b[^\\r\\n]{0,400}?\\s-p[= ]?+)(?!<redacted>)[^\\s\"']+",
              "$1" + REDACTED),
          replace(
              "(\\b(?:mysql\\w*|mariadb[\\w-]*|mongo\\w*|7za?|redis-cli|sqlcmd|ldap\\w+|zip|unzip)\\b[^\\r\\n|;]{0,400}?\\s-(?:p|a|P|w)[= ]?+)(?!<redacted>|ort)[^\\s\"']{4,}",
              "$1" + REDACTED),
          replace(
              "(\\b(?:curl|wget|http|smbclient)\\b[^\\r\\n]{0,400}?\\s(?:-u|-U|--user|--proxy-user)[= ]?[\"']?[^\\s\"':%]*[:%])(?!<redacted>)[^\\s\"']+",
              "$1" + REDACTED),
          replace(
              "(\\bcurl\\b[^\\r\\n]{0,400}\\s-u[= ]?+)(?!<redacted>|[^\\s]*<redacted>)\\S+",
              "$1" + REDACTED),
          replace(
              "(\\bcurl\\b[^\\r\\n]{0,400}?\\s(?:-b|--cookie)[= ])(?!<redacted>)(?:\"[^\"]+\"|'[^']+'|\\S+)",
              "$1" + REDACTED),
          replace(
              "(\\bhtpasswd\\b[^\\r\\n]{0,400}?\\s-\\w*b\\w*\\s+(?:\\S+\\s+)?\\S+\\s+)(?!<redacted>)\\S+",
              "$1" + REDACTED),
          replace("(\\bpass(?:in|out)?[ =]pass:)(?!<redacted>)\\S+", "$1" + REDACTED),
          replace(
              "(\\b(?:echo|printf)\\s+(?:-\\w+\\s+)*+(?:[\"']?%s\\S*\\s+)?+)(?!<redacted>|[\"']?\\$)[^|\\r\\n]{1,400}?(\\s*\\|[^\\r\\n]{0,400}(?:-stdin|--stdin|\\bpasswd\\b|chpasswd|\\blogin\\b))",
              "$1" + REDACTED + "$2"),
          replace(
              "(?m)(^\\++ (?:echo|printf) (?:-\\w+ )*+(?:'?%s\\S* )?+)(?!<redacted>)[^|\\r\\n]+(?=\\R\\++ [^\\r\\n]*-stdin\\b)",
              "$1" + REDACTED),
          replace(
              "(?m)(^\\++ [^\\r\\n]*-stdin\\b[^\\r\\n]*\\R\\++ (?:echo|printf) (?:-\\w+ )*+(?:'?%s\\S* )?+)(?!<redacted>)[^|\\r\\n]+",
              "$1" + REDACTED),
          replace("(-stdin\\b[^\\r\\n]*<<<\\s*)(?!<redacted>|[\"']?\\$)\\S+", "$1" + REDACTED),
          replace(
              "(?<=\\bcreate secret [^\\r\\n]{0,400})(--from-literal[= ][\"']?[\\w.-]+=)(?!<redacted>)[^\\s\"']+",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b(?:identified by|with password|password)\\s+')(?!<redacted>)[^'\\r\\n]+",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b(?:password|passphrase|token) (?:is|was set to|set to)[: ]+[\"']?)(?!<redacted>)(?=[^\\s\"']*\\d)[^\\s\"']{6,}",
              "$1" + REDACTED),
          // .netrc
          replace(
              "(\\b(?:login\\s+\\S+|machine\\s+\\S+|default)\\s+(?:account\\s+\\S+\\s+)?password\\s+)(?!<redacted>)\\S+",
              "$1" + REDACTED),
          replace("(?m)(^\\s+password[ \\t]+)(?!<redacted>)(\\S+)(?=[ \\t]*$)", "$1" + REDACTED));

  /** Something of it is in every line that may have a secret. */
  private static final Pattern HINT =
      Pattern.compile(
          "(?i)pass|pw|token|secret|key|auth|cred|cookie|bearer|basic|login|://|eyj|sig|code=|policy|_state|(?<![a-z])pat(?![a-z])|jdbc|sas\\b|jwt|otp\\b|dsn|connection.?string|dockerc"
              + "|-stdin|machine |curl|wget|http |smbclient|mysql|mariadb|mongo|7z|redis|sqlcmd|ldap|zip|identified|--from-literal|x-amz|x-xet|hf_|api_org_|gh[pousr]_|github_pat|gl[a-z]+-|xox|xapp-|aiza|ya29|sk-|[rs]k_|nvapi|sha256~|dckr_|npm_|pypi-|hv[sbr]\\.|sg\\.|dop_v1|gls[ac]_|gsk_|r8_|atatt|age-secret|whsec|ltai|A[KSGIRN][IDP]?[A-Z]A|ls0t");

  private static final Pattern BLOCK = Pattern.compile("[|>][+-]?\\d?\\s*$");

  /** The base64 of {@code -----BEGIN }: of a certificate, or of a key. */
  private static final Pattern PEM = Pattern.compile("LS0tLS1CRUdJTi[A-Za-z0-9+/]{10,}={0,2}");

  private static final Pattern ELEMENT =
      Pattern.compile("<([\\w:.-]+)(?: [^<>]*)?>\\s*+([^<>]+)</\\1>");
  private static final Pattern NAME_VALUE =
      Pattern.compile(
          "(?i)\\b(?:name|key)\\W{1,6}([\\w.-]+)\\W{1,40}?\\b(?:value|default)\\\\?[\"']?\\s*[:=]\\s*\\\\?[\"']?([^\\s\"',}\\\\]{3,})");
  private static final Pattern OPTION = Pattern.compile("--?[A-Za-z][\\w.-]*");

  /** Values of options of one letter in lists. */
  private static final Set<String> SHORT = Set.of("-p", "-P");

  private static final int MOST_SEEN = 1000;

  /** Values that were taken out; they are secret elsewhere, too. */
  private final Set<String> seen = new LinkedHashSet<>();

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
    return redactor.seen.isEmpty()
        ? clean
        : redactor.all(clean, redactor::withoutSeen, redactor::withoutSeen);
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
    String whole = KEY.matcher(text).replaceAll(REDACTED);
    if (!HINT.matcher(whole).find()) {
      return whole;
    }
    StringBuilder clean = new StringBuilder(whole.length());
    StringBuilder open = new StringBuilder();
    String before = "";
    boolean hot = false;
    boolean block = false;
    for (String line : (Iterable<String>) whole.lines()::iterator) {
      block &= line.startsWith(" ");
      boolean hint = HINT.matcher(line).find();
      if (hint || hot || block) {
        open.append(open.isEmpty() ? before : "").append(line).append('\n');
        before = "";
      } else {
        clean.append(close(open)).append(before);
        before = line + "\n";
      }
      hot = hint;
      block |= hint && BLOCK.matcher(line).find();
    }
    clean.append(close(open)).append(before);
    return whole.endsWith("\n") || clean.isEmpty()
        ? clean.toString()
        : clean.substring(0, clean.length() - 1);
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
    for (Replacement replacement : REPLACEMENTS) {
      clean = replacement.pattern().matcher(clean).replaceAll(replacement.by());
    }
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
            saw(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8).strip());
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
    if (!value.isTextual() || value.textValue().isEmpty() || value.textValue().startsWith("$(")) {
      return object(value);
    }
    saw(value.textValue());
    return TextNode.valueOf(REDACTED);
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
      array.add(secret ? hidden(element) : object(element));
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
