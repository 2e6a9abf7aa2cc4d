package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.server.Call;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides who may do what. */
final class Guard {
  private static final String BEARER = "Bearer ";

  private final RegistryAuth auth;
  private final String scheme;

  /**
   * @param scheme of the registry itself
   */
  Guard(RegistryAuth auth, String scheme) {
    this.auth = auth;
    this.scheme = scheme;
  }

  /** The challenge for a call that lacks what it needs; nothing if it may go on. */
  Optional<String> challenge(Call call, List<Scope> needed) {
    return switch (auth) {
      case RegistryAuth.Open() -> Optional.empty();
      case RegistryAuth.Basic basic ->
          Credentials.basic(call.header("Authorization"))
                  .map(given -> given.equals(new Credentials(basic.user(), basic.password())))
                  .orElse(false)
              ? Optional.empty()
              : Optional.of(refusal(needed));
      case RegistryAuth.OpenShift openShift -> openShiftChallenge(call, openShift, needed);
      case RegistryAuth.Bearer bearer -> tokenChallenge(call, bearer.server(), needed);
    };
  }

  /** What to say to somebody whose credentials are not good. */
  String refusal(List<Scope> needed) {
    return switch (auth) {
      case RegistryAuth.Open(), RegistryAuth.Basic _ -> "Basic realm=\"registry\"";
      case RegistryAuth.OpenShift _ -> "Basic realm=openshift,error=\"access denied\"";
      case RegistryAuth.Bearer bearer -> question(bearer.server(), needed, "invalid_token");
    };
  }

  private Optional<String> openShiftChallenge(
      Call call, RegistryAuth.OpenShift openShift, List<Scope> needed) {
    Optional<String> header = call.header("Authorization");
    if (header.isEmpty()) {
      String authority = call.header("Host").orElse("");
      return Optional.of("Bearer realm=\"" + scheme + "://" + authority + "/openshift/token\"");
    }
    boolean good =
        Credentials.basic(header)
            .map(Credentials::password)
            .or(() ->
                header
                    .filter(value -> value.startsWith(BEARER))
                    .map(value -> value.substring(BEARER.length()).strip()))
            .filter(openShift.isGood())
            .isPresent();
    return good ? Optional.empty() : Optional.of(refusal(needed));
  }

  private static Optional<String> tokenChallenge(
      Call call, TokenServer server, List<Scope> needed) {
    Optional<String> token =
        call.header("Authorization")
            .filter(header -> header.startsWith(BEARER))
            .map(header -> header.substring(BEARER.length()).strip());
    if (token.isEmpty()) {
      return Optional.of(question(server, needed, ""));
    }
    Optional<List<Scope>> granted = server.verify(token.get());
    if (granted.isEmpty()) {
      return Optional.of(question(server, needed, "invalid_token"));
    }
    boolean enough =
        needed.stream().allMatch(scope -> granted.get().stream().anyMatch(g -> g.covers(scope)));
    return enough ? Optional.empty() : Optional.of(question(server, needed, "insufficient_scope"));
  }

  private static String question(TokenServer server, List<Scope> needed, String error) {
    StringBuilder text = new StringBuilder("Bearer realm=\"");
    text.append(server.realm()).append("\",service=\"").append(server.service()).append('"');
    if (!needed.isEmpty()) {
      text.append(",scope=\"");
      text.append(needed.stream().map(Scope::toString).collect(Collectors.joining(" ")));
      text.append('"');
    }
    if (!error.isEmpty()) {
      text.append(",error=\"").append(error).append('"');
    }
    return text.toString();
  }
}
