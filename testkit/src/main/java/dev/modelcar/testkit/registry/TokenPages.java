package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultInjector;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The one page of a token server: GET with a password, or POST with a form. */
final class TokenPages {
  private static final int LONGEST_FORM = 64 << 10;

  private final TokenServer server;

  TokenPages(TokenServer server) {
    this.server = server;
  }

  /** What somebody wants, and who it is; {@code valid} if they have proved it. */
  private record Asked(
      Optional<String> user, boolean valid, String grant, List<String> scopes, boolean offline) {}

  void handle(Call call) throws IOException {
    Optional<Fault> fault = server.faults().next(RegistryRequestKind.TOKEN, call.target());
    if (fault.isPresent() && FaultInjector.inject(call, fault.get())) {
      return;
    }
    if (!call.path().equals("/token")) {
      call.respond(404, Headers.none());
      return;
    }
    Asked asked = call.method().equals("POST") ? fromForm(call) : fromQuery(call);
    boolean granted = asked.valid() && (asked.user().isPresent() || server.allowsAnonymous());
    int status = granted ? 200 : 401;
    server.note(new TokenServer.Question(asked.user(), asked.grant(), asked.scopes(), status));
    if (granted) {
      grant(call, asked);
    } else {
      String body = "{\"details\":\"incorrect username or password\"}";
      Headers headers =
          Headers.of(
              "Content-Type", "application/json",
              "WWW-Authenticate", "Basic realm=\"token server\"");
      call.respond(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Asked fromQuery(Call call) {
    Optional<Credentials> credentials = Credentials.basic(call.header("Authorization"));
    boolean valid =
        credentials
            .map(given -> server.isUser(given.user(), given.password()))
            .orElse(call.header("Authorization").isEmpty());
    List<String> scopes =
        call.queries("scope").stream()
            .flatMap(scope -> Arrays.stream(scope.split(" ", -1)))
            .filter(scope -> !scope.isEmpty())
            .toList();
    boolean offline = call.query("offline_token").map("true"::equals).orElse(false);
    return new Asked(credentials.map(Credentials::user), valid, "get", scopes, offline);
  }

  private Asked fromForm(Call call) throws IOException {
    String form = new String(call.readBody(LONGEST_FORM), StandardCharsets.US_ASCII);
    String grant = field(form, "grant_type").orElse("");
    List<String> scopes =
        Arrays.stream(field(form, "scope").orElse("").split(" ", -1))
            .filter(scope -> !scope.isEmpty())
            .toList();
    boolean offline = field(form, "access_type").map("offline"::equals).orElse(false);
    Optional<String> user =
        grant.equals("refresh_token")
            ? field(form, "refresh_token").flatMap(server::userOfRefreshToken)
            : field(form, "username");
    boolean valid =
        grant.equals("refresh_token")
            ? user.isPresent()
            : user.isPresent() && server.isUser(user.get(), field(form, "password").orElse(""));
    return new Asked(user, valid, grant, scopes, offline);
  }

  private static Optional<String> field(String form, String name) {
    return Arrays.stream(form.split("&", -1))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
        .findFirst();
  }

  private void grant(Call call, Asked asked) throws IOException {
    List<Scope> scopes = new ArrayList<>();
    asked.scopes().forEach(text -> Scope.parse(text).ifPresent(scopes::add));
    String token = server.issue(asked.user(), server.granted(asked.user(), scopes));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    if (asked.grant().equals("get")) {
      answer.put("token", token);
    }
    answer.put("access_token", token).put("expires_in", server.lifetime().toSeconds());
    answer.put("issued_at", server.clock().instant().toString());
    if (asked.offline() && asked.user().isPresent()) {
      answer.put("refresh_token", server.newRefreshToken(asked.user().get()));
    }
    call.respond(
        200,
        Headers.of("Content-Type", "application/json"),
        answer.toString().getBytes(StandardCharsets.UTF_8));
  }
}
