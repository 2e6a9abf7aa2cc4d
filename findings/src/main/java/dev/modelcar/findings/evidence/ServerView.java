package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry or the Hub says of something that a run names. It lies among the objects of a
 * case, in a form of its own.
 *
 * @param server which kind of server
 * @param name the image, or the repository on the Hub
 * @param state what came of the question
 * @param digest of the image that the name leads to; empty if it is none, or not known
 * @param said in words, such as the error
 * @param asked when; empty where an older case does not tell
 */
public record ServerView(
    Server server, String name, State state, String digest, String said, Optional<Instant> asked) {
  public ServerView {
    asked = asked.map(time -> time.truncatedTo(ChronoUnit.SECONDS));
  }

  static final String VERSION = "modelcar.dev/v1";

  /** Who was asked. */
  public enum Server {
    REGISTRY("RegistryView"),
    HUB("HubView");

    private final String kind;

    Server(String kind) {
      this.kind = kind;
    }
  }

  /** What came of it. */
  public enum State {
    FOUND,
    MISSING,
    DENIED,
    NOT_ASKED
  }

  /** The views among the objects of a case, the newest of each image or model. */
  public static List<ServerView> of(List<KubeObject> objects) {
    Map<String, ServerView> newest = new LinkedHashMap<>();
    all(objects).forEach(view -> newest.merge(view.about(), view, ServerView::newer));
    return List.copyOf(newest.values());
  }

  /** What servers said otherwise at another time, one line each. */
  public static List<String> contradictions(List<KubeObject> objects) {
    List<ServerView> all = all(objects);
    return of(objects).stream()
        .filter(view ->
            all.stream()
                .anyMatch(other -> other.about().equals(view.about()) && !other.agreesWith(view)))
        .map(view ->
            "%s was asked for %s more than once, with different results: the %s counts, %s"
                .formatted(
                    view.who(),
                    view.name,
                    view.asked.isPresent() ? "newest" : "last one read",
                    view.quoted()))
        .toList();
  }

  private static List<ServerView> all(List<KubeObject> objects) {
    return objects.stream().filter(ServerView::is).map(ServerView::read).toList();
  }

  private String about() {
    return server.kind + "/" + name;
  }

  private boolean agreesWith(ServerView other) {
    return state == other.state && digest.equals(other.digest);
  }

  private static ServerView newer(ServerView one, ServerView other) {
    boolean later = !other.asked.orElse(Instant.MIN).isBefore(one.asked.orElse(Instant.MIN));
    return later ? other : one;
  }

  /** Whether an object is a view rather than one of a cluster. */
  static boolean is(KubeObject object) {
    return object.text("apiVersion").equals(VERSION)
        && List.of(Server.values()).stream().anyMatch(each -> each.kind.equals(object.kind()));
  }

  private static ServerView read(KubeObject object) {
    String state = object.text("status", "state");
    return new ServerView(
        object.kind().equals(Server.HUB.kind) ? Server.HUB : Server.REGISTRY,
        object.name(),
        List.of(State.values()).stream()
            .filter(each -> each.name().equals(state))
            .findFirst()
            .orElse(State.NOT_ASKED),
        object.text("status", "digest"),
        object.text("status", "said"),
        object.time("status", "askedAt"));
  }

  /** As an object of a case. */
  public KubeObject object() {
    ObjectNode node = Json.object().put("apiVersion", VERSION).put("kind", server.kind);
    node.putObject("metadata").put("name", name);
    ObjectNode status = node.putObject("status");
    status.put("state", state.name()).put("digest", digest).put("said", said);
    asked.ifPresent(time -> status.put("askedAt", time.toString()));
    return new KubeObject(node);
  }

  private String who() {
    return server == Server.HUB ? "the Hub" : "the registry";
  }

  /** As evidence quotes it: later, when a case is read elsewhere, it may be otherwise. */
  public String quoted() {
    String when =
        asked.map(time -> "asked at " + time).orElse("asked when this was saved, at no known time");
    return switch (state) {
      case FOUND ->
          "%s, %s: it has %s%s"
              .formatted(who(), when, name, digest.isEmpty() ? "" : " (" + digest + ")");
      case MISSING -> "%s, %s: it has no %s".formatted(who(), when, name);
      case DENIED ->
          "%s, %s with the login of the machine that asked: %s: %s"
              .formatted(who(), when, name, said);
      case NOT_ASKED ->
          "%s was not asked for %s%s: %s"
              .formatted(who(), name, asked.map(time -> " at " + time).orElse(""), said);
    };
  }
}
