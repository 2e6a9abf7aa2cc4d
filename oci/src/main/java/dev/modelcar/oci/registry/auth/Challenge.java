package dev.modelcar.oci.registry.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A challenge of a {@code WWW-Authenticate} field (RFC 9110, section 11.6.1): a scheme and its
 * parameters, with quoted or plain values, in any order.
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
public record Challenge(String scheme, Map<String, String> parameters) {
  private static final int MAX_LENGTH = 16 << 10;
  private static final int MOST_NAMED = 4;

  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  /** All challenges of all fields, in order. Invalid ones are skipped. */
  public static List<Challenge> parse(List<String> fields) {
    List<Challenge> challenges = new ArrayList<>();
    for (String field : fields) {
      if (field.length() <= MAX_LENGTH) {
        new Parser(field).into(challenges);
      }
    }
    return challenges;
  }

  /** Bearer, or else Basic. */
  public static Optional<Challenge> best(List<Challenge> challenges) {
    for (String scheme : List.of("bearer", "basic")) {
      for (Challenge challenge : challenges) {
        if (challenge.scheme().equals(scheme)) {
          return Optional.of(challenge);
        }
      }
    }
    return Optional.empty();
  }

  /** The schemes of the challenges of fields of which none is supported; empty if one is. */
  public static List<String> unsupported(List<String> fields) {
    List<Challenge> challenges = parse(fields);
    return best(challenges).isPresent()
        ? List.of()
        : challenges.stream().map(Challenge::scheme).distinct().limit(MOST_NAMED).toList();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void into(List<Challenge> challenges) {
      Optional<String> scheme = Optional.empty();
      Map<String, String> parameters = new TreeMap<>();
      while (at < text.length()) {
        skip(" \t,");
        String word = token();
        if (word.isEmpty()) {
          at++;
          continue;
        }
        skip(" \t");
        if (peek('=')) {
          at++;
          skip(" \t");
          parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
        } else {
          scheme.ifPresent(s -> challenges.add(new Challenge(s, Map.copyOf(parameters))));
          scheme = Optional.of(word.toLowerCase(Locale.ROOT));
          parameters.clear();
        }
      }
      scheme.ifPresent(s -> challenges.add(new Challenge(s, Map.copyOf(parameters))));
    }

    private boolean peek(char c) {
      return at < text.length() && text.charAt(at) == c;
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private String token() {
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at))
              || "!#$%&'*+-.^_`|~".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      return text.substring(start, at);
    }

    private String value() {
      if (!peek('"')) {
        int start = at;
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ' ') {
          at++;
        }
        return text.substring(start, at);
      }
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      at++;
      return value.toString();
    }
  }
}
