package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.util.List;

/**
 * What a registry or the Hub says of something that a run names. It lies among the objects of a
 * case, in a form of its own.
 *
 * @param server which kind of server
 * @param name the image, or the repository on the Hub
 * @param state what came of the question
 * @param digest of the image that the name leads to; empty if it is none, or not known
 * @param said in words, such as the error
 */
public record ServerView(Server server, String name, State state, String digest, String said) {
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

  /** The views among the objects of a case. */
  public static List<ServerView> of(List<KubeObject> objects) {
    return objects.stream().filter(ServerView::is).map(ServerView::read).toList();
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
        object.text("status", "said"));
  }

  /** As an object of a case. */
  public KubeObject object() {
    ObjectNode node = Json.object().put("apiVersion", VERSION).put("kind", server.kind);
    node.putObject("metadata").put("name", name);
    node.putObject("status").put("state", state.name()).put("digest", digest).put("said", said);
    return new KubeObject(node);
  }

  /** As evidence quotes it. */
  public String quoted() {
    String who = server == Server.HUB ? "the Hub" : "the registry";
    return switch (state) {
      case FOUND ->
          "%s, asked now: it has %s%s"
              .formatted(who, name, digest.isEmpty() ? "" : " (" + digest + ")");
      case MISSING -> "%s, asked now: it has no %s".formatted(who, name);
      case DENIED ->
          "%s, asked now with the login of this machine: %s: %s".formatted(who, name, said);
      case NOT_ASKED -> "%s was not asked for %s: %s".formatted(who, name, said);
    };
  }
}
