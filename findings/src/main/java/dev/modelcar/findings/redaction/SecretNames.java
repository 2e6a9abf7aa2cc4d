package dev.modelcar.findings.redaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names of variables, options, fields and keys stand for a secret. */
final class SecretNames {
  /** How much a name says of the value after it. */
  enum Kind {
    /** Nothing. */
    INNOCENT,
    /** It is secret if it looks like something random. */
    UNSURE,
    /** It is secret if it is the encoded content of a file rather than its path. */
    FILE,
    /** It is secret unless the text goes on in words. */
    SECRET,
    PASSWORD
  }

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+|(?<=\\D)(?=\\d+$)");
  private static final Pattern GLUED =
      Pattern.compile(
          ".*(?:(?<kind>passwor[dt]|passwd|passphrase)|(?:api|secret|access|private|account)keys?|(?:access|auth|api|bearer|identity|registry|refresh|session|id)token|clientsecret|dockerconfigjson|dockercfg)");

  private static final Set<String> PASSWORDS =
      Set.of("pwd", "pass", "passcode", "pw", "psw", "pswd", "passw", "pword");
  private static final Set<String> ENDS =
      Set.of(
          "token",
          "secret",
          "pat",
          "credential",
          "credentials",
          "creds",
          "cred",
          "auth",
          "authorization",
          "cookie",
          "sas",
          "jwt",
          "otp",
          "dsn",
          "sig",
          "signature");
  private static final Set<String> VAGUE =
      Set.of("pass", "pat", "auth", "key", "keys", "creds", "cred", "credential", "credentials");

  /** Files of logins: their content is secret, their path is not. */
  private static final Pattern FILES =
      Pattern.compile(
          "(?:.* )?(?:kube ?config|netrc|docker ?(?:auth )?config|auth ?json|id (?:rsa|ed25519|ecdsa)|pgpass|(?:sa|service ?account|gcp ?key|adc) ?json)");

  /** What may follow the word that counts, such as {@code b64}, without digits. */
  private static final Set<String> FORMS =
      Set.of("data", "b", "base", "value", "plain", "plaintext", "raw", "hash", "encoded");

  private static final Set<String> KEYS =
      Set.of(
          "api",
          "access",
          "secret",
          "private",
          "account",
          "storage",
          "master",
          "encryption",
          "signing",
          "subscription",
          "auth",
          "client",
          "service",
          "ssh",
          "deploy",
          "license",
          "licence",
          "shared",
          "hmac",
          "admin",
          "host",
          "function",
          "app",
          "application",
          "write",
          "openai",
          "azure",
          "aws",
          "hf",
          "wandb");
  private static final Set<String> NO_KEYS =
      Set.of(
          "public",
          "topology",
          "cache",
          "foreign",
          "sort",
          "partition",
          "routing",
          "object",
          "map",
          "label",
          "annotation",
          "config",
          "group",
          "index",
          "s3",
          "column",
          "hash",
          "hot",
          "pub");
  private static final Set<String> NO_TOKENS =
      Set.of(
          "eos",
          "bos",
          "pad",
          "unk",
          "cls",
          "sep",
          "mask",
          "image",
          "video",
          "audio",
          "stop",
          "special",
          "next",
          "per",
          "output",
          "input",
          "prompt",
          "begin",
          "end",
          "start",
          "first",
          "last",
          "max",
          "min",
          "num",
          "time",
          "unexpected",
          "invalid",
          "new",
          "generated",
          "chat");

  /** Before {@code secret}: a secret itself; otherwise it may be the name of a Secret. */
  private static final Set<String> OF_SECRET =
      Set.of(
          "client",
          "s3",
          "app",
          "shared",
          "api",
          "jwt",
          "webhook",
          "oauth",
          "aws",
          "hmac",
          "access",
          "signing",
          "consumer",
          "bot",
          "azure",
          "session",
          "oidc",
          "user",
          "master",
          "minio");

  private SecretNames() {}

  static Kind of(String name) {
    List<String> words = new ArrayList<>();
    for (String word : BOUNDARY.splitAsStream(name).toList()) {
      if (!word.isEmpty() && !Character.isDigit(word.charAt(0))) {
        words.add(word.toLowerCase(Locale.ROOT));
      }
    }
    while (words.size() > 1 && FORMS.contains(words.getLast())) {
      words.removeLast();
    }
    // The field of a volume that has the token's lifetime and path.
    if (words.isEmpty() || name.equals("serviceAccountToken")) {
      return Kind.INNOCENT;
    }
    if (FILES.matcher(String.join(" ", words)).matches()) {
      return Kind.FILE;
    }
    String last = words.getLast();
    String before = words.size() > 1 ? words.get(words.size() - 2) : "";
    boolean env = name.equals(name.toUpperCase(Locale.ROOT));
    var glued = GLUED.matcher(last);
    if (glued.matches()) {
      return glued.group("kind") == null ? Kind.SECRET : Kind.PASSWORD;
    }
    boolean secret =
        switch (last) {
          case "key", "keys" -> KEYS.contains(before) || (env && !NO_KEYS.contains(before));
          case "token" -> !NO_TOKENS.contains(before);
          case "tokens" -> Set.of("api", "access", "auth", "bearer", "refresh").contains(before);
          case "secret" -> !Set.of("pull", "tls", "docker").contains(before);
          case "string" -> before.equals("connection");
          default -> PASSWORDS.contains(last) || ENDS.contains(last);
        };
    if (!secret) {
      return Kind.INNOCENT;
    }
    boolean maybeName =
        last.equals("secret") && !env && !before.isEmpty() && !OF_SECRET.contains(before);
    if (maybeName || last.startsWith("sig") || (before.isEmpty() && VAGUE.contains(last))) {
      return Kind.UNSURE;
    }
    return PASSWORDS.contains(last) ? Kind.PASSWORD : Kind.SECRET;
  }

  /** Whether the value of a field is secret, rather than the name of a Secret for instance. */
  static boolean hides(String name, String value) {
    Kind kind = of(name);
    boolean maybeName = kind == Kind.UNSURE && name.toLowerCase(Locale.ROOT).endsWith("secret");
    return switch (kind) {
      case INNOCENT -> false;
      case FILE -> Assignments.isEncoded(value);
      case UNSURE -> !maybeName || Assignments.isRandom(value);
      case SECRET, PASSWORD -> true;
    };
  }

  static boolean isSecret(String name) {
    return !Set.of(Kind.INNOCENT, Kind.FILE).contains(of(name));
  }
}
