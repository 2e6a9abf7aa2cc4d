package dev.modelcar.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request proves its sender with. Some servers, and proxies in front of them, repeat in an
 * error what they reject.
 *
 * @param forms in which a server may repeat it, the longest first
 */
public record Secrets(List<String> forms) {
  private static final String HIDDEN = "***";

  /** Below it, a secret may be part of any word. */
  private static final int UNMISTAKABLE = 8;

  private static final int SHORTEST = 3;

  /** What looks like credentials, whoever's they are. */
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "\\b(?i:(basic|bearer))[ :]+(?![A-Za-z_]+=[\"h])"
              + "(?=[^\\s\"',;]*(?:[0-9=]|[a-z][A-Z]))[A-Za-z0-9+/=._~-]{8,}");

  private static final Pattern TOKEN =
      Pattern.compile("\\beyJ[\\w-]{8,}(?:\\.[\\w-]+){1,4}|\\bhf_[A-Za-z0-9]{8,}");

  public static Secrets none() {
    return new Secrets(List.of());
  }

  /** Those of a request: its {@code Authorization}, and what its body is known to hold. */
  public static Secrets of(HttpRequest request) {
    Set<String> forms = new LinkedHashSet<>();
    request
        .headers()
        .first("Authorization")
        .ifPresent(value -> {
          String[] words = value.split(" ", 2);
          String proof = words[words.length - 1].strip();
          add(forms, proof);
          if (words[0].equalsIgnoreCase("Basic")) {
            decoded(proof)
                .ifPresent(pair -> {
                  add(forms, pair);
                  add(forms, pair.substring(pair.indexOf(':') + 1));
                });
          }
        });
    request.body().flatMap(RequestBody::secret).ifPresent(secret -> add(forms, secret));
    return new Secrets(
        forms.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList());
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void add(Set<String> forms, String secret) {
    if (secret.length() < SHORTEST) {
      return;
    }
    String encoded =
        Base64.getEncoder()
            .withoutPadding()
            .encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    for (String form : List.of(secret.replaceAll("=+$", ""), Uris.encode(secret), encoded)) {
      forms.add(form);
      // As some write it in JSON.
      forms.add(form.replace("/", "\\/").replace("\"", "\\\""));
      forms.add(form.replace("+", "\\u002B"));
    }
  }

  /** A text without them. */
  public String hide(String text) {
    String clean = text;
    for (String form : forms) {
      if (form.length() >= UNMISTAKABLE) {
        clean = clean.replace(form, HIDDEN);
      } else if (clean.contains(form)) {
        clean =
            Pattern.compile("(?<![\\w-])" + Pattern.quote(form) + "(?![\\w-])")
                .matcher(clean)
                .replaceAll(Matcher.quoteReplacement(HIDDEN));
      }
    }
    return clean;
  }

  /** A text without what looks like credentials. */
  static String hideAny(String text) {
    return TOKEN.matcher(AUTHORIZATION.matcher(text).replaceAll("$1 " + HIDDEN)).replaceAll(HIDDEN);
  }
}
