package dev.modelcar.testkit.hub;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Percent signs on and off. */
final class Urls {
  private Urls() {}

  /** Encodes one part of a URL, slashes too. */
  static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Encodes a path, but not its slashes. */
  static String encodePath(String path) {
    return Arrays.stream(path.split("/", -1)).map(Urls::encode).collect(Collectors.joining("/"));
  }

  /** Decodes one part of a path; what is badly encoded stays as it is. */
  static String decode(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return part;
    }
  }

  /** The parts between the slashes of a path, still encoded. */
  static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  static boolean isNumber(String text) {
    return text.matches("\\d{1,18}");
  }
}
