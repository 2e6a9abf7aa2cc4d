package dev.modelcar.testkit.hub;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the path of a request asks for.
 *
 * @param id the repository, decoded; empty where none is meant
 * @param revision decoded; {@code main} where the path tells none
 * @param path within the repository, decoded
 */
record HubRoute(HubRequestKind kind, String id, String revision, String path) {
  private static final Set<String> API_WORDS =
      Set.of("revision", "tree", "refs", "paths-info", "auth-check");
  private static final Set<String> FILE_WORDS = Set.of("resolve", "raw");
  private static final String MAIN = "main";

  static HubRoute parse(String method, String rawPath) {
    List<String> segments = Urls.segments(rawPath);
    if (rawPath.equals("/api/whoami-v2")) {
      return new HubRoute(HubRequestKind.WHOAMI, "", MAIN, "");
    }
    if (startsWith(segments, "api", "resolve-cache", "models") && segments.size() >= 7) {
      return new HubRoute(
          HubRequestKind.RESOLVE_CACHE,
          join(segments.subList(3, 5)),
          Urls.decode(segments.get(5)),
          join(segments.subList(6, segments.size())));
    }
    if (startsWith(segments, "api", "models") && segments.size() >= 3) {
      return api(segments.subList(2, segments.size()));
    }
    return file(method, segments).orElse(other());
  }

  private static HubRoute other() {
    return new HubRoute(HubRequestKind.OTHER, "", MAIN, "");
  }

  private static boolean startsWith(List<String> segments, String... words) {
    return segments.size() >= words.length
        && segments.subList(0, words.length).equals(List.of(words));
  }

  private static HubRoute api(List<String> segments) {
    int idLength = segments.size() == 1 || API_WORDS.contains(segments.get(1)) ? 1 : 2;
    String id = join(segments.subList(0, idLength));
    List<String> rest = segments.subList(idLength, segments.size());
    if (rest.isEmpty()) {
      return new HubRoute(HubRequestKind.REVISION, id, MAIN, "");
    }
    HubRequestKind kind =
        switch (rest.getFirst()) {
          case "revision" -> HubRequestKind.REVISION;
          case "tree" -> HubRequestKind.TREE;
          case "refs" -> HubRequestKind.REFS;
          case "paths-info" -> HubRequestKind.PATHS_INFO;
          case "auth-check" -> HubRequestKind.AUTH_CHECK;
          default -> HubRequestKind.OTHER;
        };
    String revision = rest.size() > 1 ? Urls.decode(rest.get(1)) : MAIN;
    String path = rest.size() > 2 ? join(rest.subList(2, rest.size())) : "";
    return new HubRoute(kind, id, revision, path);
  }

  private static Optional<HubRoute> file(String method, List<String> segments) {
    int word = segments.size() > 1 && FILE_WORDS.contains(segments.get(1)) ? 1 : 2;
    if (segments.size() < word + 3 || !FILE_WORDS.contains(segments.get(word))) {
      return Optional.empty();
    }
    HubRequestKind resolve =
        method.equals("HEAD") ? HubRequestKind.RESOLVE_HEAD : HubRequestKind.RESOLVE_GET;
    return Optional.of(
        new HubRoute(
            segments.get(word).equals("raw") ? HubRequestKind.RAW : resolve,
            join(segments.subList(0, word)),
            Urls.decode(segments.get(word + 1)),
            join(segments.subList(word + 2, segments.size()))));
  }

  private static String join(List<String> segments) {
    return segments.stream().map(Urls::decode).collect(Collectors.joining("/"));
  }
}
