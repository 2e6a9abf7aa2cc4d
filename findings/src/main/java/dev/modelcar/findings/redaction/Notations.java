package dev.modelcar.findings.redaction;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that their own form, or the words around them, give away: tokens of known services,
 * headers, addresses, options of commands, prompts and sentences.
 */
final class Notations {
  private static final String REDACTED = Redactor.REDACTED;

  private record Replacement(Pattern pattern, String by) {}

  private static Replacement replace(String pattern, String by) {
    return new Replacement(Pattern.compile(pattern), by);
  }

  private static final String SECRET =
      "(?:password|passwd|passphrase|passcode|pin|token|(?:api|access|secret|license) key)";

  private static final String READS_PASSWORD =
      "\\b(?:(?:ch)?passwd|mysql\\w*|mariadb[\\w-]*|psql|sudo|su|gpg2?|cryptsetup|openssl|kinit|sshpass|ansible-vault|login)\\b";

  /** What has a digit or a sign in it, and is no date, digest, path or address. */
  private static final String NO_WORD =
      "(?!<redacted>|[\\d:T.-]+Z?(?:[\\s,;)]|$)|sha\\d+:|https?:|\\.{0,2}/|\\$)(?=[^\\s\"'`]*[\\d!@#$%^&*])";

  /** Groups that containers run as. */
  private static final String NO_GROUP =
      "(?!(?:root|nobody|nogroup|users|staff|daemon|wheel|adm|www-data|docker|app)\\b)";

  private static final String NO_PROSE =
      "(?!(?:wrong|incorrect|invalid|denied|required|missing|unknown|expired|failed|refused|rejected|unauthorized|forbidden|timeout|eof|none|null|true|false|ok|not)\\b)";

  /** What a sentence says of a password or a token rather than what it is. */
  private static final String STATE =
      "(?!(?:(?:in|un)?valid|(?:in)?correct|wrong|empty|gone|(?:un|re)?set|(?:un)?known|null|none|nil|stale|old|new|weak|strong|short|long|(?:un)?safe|okay|good|fine|here|there|blank|secret|public|private|plain|text|true|false|lost|kept|sent|read|found|bound|right|ready|dead|late|same|fresh|clean|random|json|base|not|too|only"
          + "|[a-z-]*(?:ed|ing|able|ible|ent|ant|less|ful|ive|ous|ary|ory|en|ly|al|ic))\\b)";

  private static final String OF_TEXTS =
      "(?<!\\b(?:eos|bos|pad|unk|cls|sep|mask|stop|next|first|last|special|unexpected|end|start) )";

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
          replace("\\bhf_(?:oauth|jwt)_[\\w.-]{10,}", REDACTED),
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
          replace(
              "(-stdin\\b[^\\r\\n]{0,400}?<<<\\s*+)(?!\\\\*[\"']?(?:<redacted>|\\$))(?:\\\\*\"[^\"\\r\\n]+|\\\\*'[^'\\r\\n]+|\\S+)",
              "$1" + REDACTED),
          // A statement of SQL has blanks, a password that is read from there hardly ever.
          replace(
              "("
                  + READS_PASSWORD
                  + "[^\\r\\n|;]{0,400}?<<<\\s*+\\\\*+[\"'])(?!<redacted>|\\$)[^\\s\"'\\\\;]{4,}(?=\\\\*[\"'])",
              "$1" + REDACTED),
          replace(
              "("
                  + READS_PASSWORD
                  + "[^\\r\\n|;]{0,400}?<<<\\s*+)(?!<redacted>|\\$)[^\\s\"'\\\\;]{4,}(?=\\s|$)",
              "$1" + REDACTED),
          // Lists of arguments, in JSON and YAML; a user and a group are not a password.
          replace(
              "(\\\\*[\"']"
                  + "(?:-[uU]|--(?:proxy-)?user|--(?:src-|dest-)?creds)\\\\*[\"']\\s*,\\s*\\\\*[\"'](?<user>[^\\s\"':/@\\\\]*):)(?!<redacted>|\\k<user>\\\\*[\"']|\\d+\\\\*[\"'])"
                  + NO_GROUP
                  + "[^\"'\\\\\\r\\n]{3,}",
              "$1" + REDACTED),
          replace(
              "(?m)(^[ \\t]*-[ \\t]+[\"']?(?:-[uU]|--(?:proxy-)?user|--(?:src-|dest-)?creds)[\"']?[ \\t]*\\n[ \\t]*-[ \\t]+[\"']?(?<user>[^\\s\"':/@]*):)(?!<redacted>|\\k<user>[\"']?[ \\t]*$|\\d+[\"']?[ \\t]*$)"
                  + NO_GROUP
                  + "[^\\s\"']{3,}",
              "$1" + REDACTED),
          replace(
              "(\\\\*[\"']-[uU](?<user>[^\\s\"':/@\\\\]+):)(?!<redacted>|\\k<user>\\\\*[\"']|\\d+\\\\*[\"'])"
                  + NO_GROUP
                  + "[^\"'\\\\\\r\\n]{3,}(?=\\\\*[\"'])",
              "$1" + REDACTED),
          // The option of one letter with a value that nobody calls a port, a folder or a profile.
          replace(
              "((?:^|[\\s\"',\\[])-p)(?=\\S*\\d)(?=\\S*[a-z])(?=\\S*[A-Z!@#$%^&*])[A-Za-z0-9!@#$%^&*_+-]{8,}(?=[\\s\"',\\]\\\\]|$)",
              "$1" + REDACTED),
          // What somebody was asked for, and typed or had typed.
          replace(
              "(?im)((?:^|[^\\sa-z][ \\t]*|\\dZ[ \\t]+)(?:enter |your )?(?:password|passphrase|passcode|token|pin) for (?:the )?(?:key |user |account )?(?:'[^'\\r\\n]+'|\"[^\"\\r\\n]+\"|\\S+)[ ]?:[ \\t]+)(?!<redacted>)"
                  + NO_PROSE
                  + "\\S{3,}(?=[ \\t]*$)",
              "$1" + REDACTED),
          replace(
              "(?<=\\bcreate secret [^\\r\\n]{0,400})(--from-literal[= ][\"']?[\\w.-]+=)(?!<redacted>)[^\\s\"']+",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b(?:identified by|with password|password)\\s+')(?!<redacted>)[^'\\r\\n]+",
              "$1" + REDACTED),
          // Sentences, where the word that follows is none.
          replace(
              "(?i)(\\b"
                  + SECRET
                  + "(?: (?:for|of) \\S+)? (?:is|was|equals|(?:is |was |has been )?(?:now )?(?:re)?(?:set|changed) to)(?: now)?[: ]+\\\\*[\"'`]?)"
                  + NO_WORD
                  + "[^\\s\"'`\\\\]{6,}",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b"
                  + SECRET
                  + "[:=]? ?\\\\*[\"'`]?)"
                  + NO_WORD
                  + "[^\\s\"'`\\\\]{6,}(?=\\\\*[\"'`]? (?:was|is|has been) (?:not |now )?(?:rejected|refused|revoked|accepted|invalid|valid|wrong|expired|unknown|denied|incorrect|leaked)\\b)",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b(?:with|using|via|uses) (?:the )?(?:password|passphrase|passcode) \\\\*[\"'`]?)"
                  + NO_WORD
                  + "[^\\s\"'`\\\\]{6,}",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b"
                  + SECRET
                  + "(?: (?:for|of) \\S+)? (?:is|was)[ ]?:[ ]+\\\\*[\"'`]?)(?!<redacted>|[$/])"
                  + STATE
                  + NO_PROSE
                  + "[^\\s\"'`\\\\]{4,}(?=\\\\*[\"'`]?[.,;!]?(?:\\s|$))",
              "$1" + REDACTED),
          replace(
              "(?im)("
                  + OF_TEXTS
                  + "\\b"
                  + SECRET
                  + "(?: (?:for|of) \\S+)? (?:is|was|equals)(?: now)? )(?!<redacted>)"
                  + STATE
                  + NO_PROSE
                  + "[a-z]{5,}(?=[.!]?[ \\t]*$)",
              "$1" + REDACTED),
          replace(
              "(?i)(\\b(?:with|using|via|uses) (?:the )?(?:password|passphrase|passcode) \\\\*[\"'`]?)(?!<redacted>|[$/(<\\[]|(?:auth\\w*|log-?in|protect\\w*|encrypt\\w*|prompt\\w*|files?|from|into?|of|for|is|was|and|or|stdin|polic\\w+|hash\\w*|based|that|which|but|failed|only|grant|flow|manager|stored|store|as|at|on|to|set|via|because|instead)\\b)[^\\s\"'`\\\\]{4,}",
              "$1" + REDACTED),
          replace(
              "(?i)(\\bpass phrase[ ]?[:=][ \\t]*)(?!<redacted>)" + NO_PROSE + "\\S{4,}",
              "$1" + REDACTED),
          // Arguments by place, and headers of commands.
          replace(
              "(\\baws_(?:secret_access_key|session_token)[ \\t]+)(?!<redacted>|[=:])\\S{8,}",
              "$1" + REDACTED),
          replace(
              "(\\bmc (?:--\\S+ )*+(?:alias set|config host add) \\S+ \\S+ \\S+ )(?!<redacted>)\\S+",
              "$1" + REDACTED),
          replace(
              "(--(?:src-|dest-)?creds[= ][\"']?[^\\s\"':]{0,200}:)(?!<redacted>)[^\\s\"']+",
              "$1" + REDACTED),
          replace(
              "(?i)(\\s-H[= ]?[\"'][\\w-]{0,40}(?:api-?key|token|secret|auth)[\\w-]{0,40}:[ \\t]*+)(?!<redacted>|\\$)[^\"'\\r\\n]+",
              "$1" + REDACTED),
          replace("(?i)(wandb[^\\r\\n]{0,80}?\\b)[0-9a-f]{40}\\b", "$1" + REDACTED),
          // .netrc
          replace(
              "(\\b(?:login\\s+(?!with\\s)\\S+|machine\\s+\\S+|default)\\s+(?:account\\s+\\S+\\s+)?password\\s+)(?!<redacted>)\\S+",
              "$1" + REDACTED),
          replace("(?m)(^\\s+password[ \\t]+)(?!<redacted>)(\\S+)(?=[ \\t]*$)", "$1" + REDACTED));

  /** Something of it is in every line that may have a secret. */
  private static final Pattern HINT =
      Pattern.compile(
          "(?im)p(?:ass|s?w|in\\b)|<<<|kube_?config|b(?:ase)?64|netrc|--(?:proxy-)?user|(?:^|[\\s\"'])-(?:p[\\w!@#$%^&*+-]{8}|u(?:[\\\\\"']|\\s*$|[^\\s\"']+:))|(?<![a-z0-9+/])[a-z0-9+/]{60}|token|secret|key|auth|cred|cookie|bearer|basic|login|://|eyj|sig|code=|policy|_state|(?<![a-z])pat(?![a-z])|jdbc|sas\\b|jwt|otp\\b|dsn|connection.?string|dockerc"
              + "|-stdin|machine |wandb|curl|wget|http |smbclient|mysql|mariadb|mongo|7z|redis|sqlcmd|ldap|zip|identified|--from-literal|x-amz|x-xet|hf_|api_org_|gh[pousr]_|github_pat|gl[a-z]+-|xox|xapp-|aiza|ya29|sk-|[rs]k_|nvapi|sha256~|dckr_|npm_|pypi-|hv[sbr]\\.|sg\\.|dop_v1|gls[ac]_|gsk_|r8_|atatt|age-secret|whsec|ltai|A[KSGIRN][IDP]?[A-Z]A|ls0t");

  private static final Pattern USER =
      Pattern.compile("-[uU]|--(?:proxy-)?user|--(?:src-|dest-)?creds");
  private static final Pattern USER_PASSWORD =
      Pattern.compile(
          "(?:-[uU])?(?<user>[^\\s:/@]*):(?!<redacted>|\\k<user>$|\\d+$)"
              + NO_GROUP
              + "(?<password>.{3,})");

  private Notations() {}

  /**
   * The password in an argument such as {@code -u NAME:PASSWORD}, in one word or two.
   *
   * @param before the argument before it; empty if it is the first
   */
  static Optional<String> passwordOf(String before, String argument) {
    boolean glued = argument.startsWith("-u") || argument.startsWith("-U");
    if (argument.indexOf(':') < 0 || !(glued || USER.matcher(before).matches())) {
      return Optional.empty();
    }
    Matcher matcher = USER_PASSWORD.matcher(argument);
    return matcher.matches() ? Optional.of(matcher.group("password")) : Optional.empty();
  }

  /** Whether a text may have a secret at all. */
  static boolean hint(String text) {
    return HINT.matcher(text).find();
  }

  static String redact(String text) {
    String clean = text;
    for (Replacement replacement : REPLACEMENTS) {
      clean = replacement.pattern().matcher(clean).replaceAll(replacement.by());
    }
    return clean;
  }
}
