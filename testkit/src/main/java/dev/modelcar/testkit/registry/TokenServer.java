package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Hands out the short-lived tokens that registries demand, as Docker's token flow has it. Its
 * tokens are taken by real registries that trust {@link #certificateBundle}. May be changed while
 * it runs.
 */
public final class TokenServer implements AutoCloseable {
  private static final long LEEWAY_SECONDS = 60;
  private static final String ISSUER = "modelcar-test-issuer";
  private static final String SERVICE = "modelcar-test-registry";

  /** How a token says which key it was signed with. */
  public enum KeyHint {
    /** With the certificate itself ({@code x5c}); understood by all versions. */
    CERTIFICATE,
    /** With the key's name as Docker's libtrust makes it; for distribution 2. */
    LIBTRUST_ID,
    /** With the key's thumbprint by RFC 7638; for distribution 3. */
    THUMBPRINT
  }

  /**
   * One question that was asked here.
   *
   * @param user nothing if nobody in particular asked
   * @param grant {@code get}, {@code password} or {@code refresh_token}
   * @param scopes as they were asked for
   * @param status what was answered
   */
  public record Question(Optional<String> user, String grant, List<String> scopes, int status) {
    public Question {
      scopes = List.copyOf(scopes);
    }
  }

  private final TestTls keys;
  private final TokenSigner signer;
  private final TestServer server;
  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
  private final Set<String> withheld = new CopyOnWriteArraySet<>();
  private final List<Question> questions = new CopyOnWriteArrayList<>();
  private final FaultPlan<RegistryRequestKind> faults = FaultPlan.none();
  private volatile String host = "127.0.0.1";
  private volatile boolean anonymous;
  private volatile Duration lifetime = Duration.ofMinutes(5);
  private volatile KeyHint keyHint = KeyHint.CERTIFICATE;
  private volatile InstantSource clock = InstantSource.system();

  private TokenServer(TestTls keys, String bindAddress) {
    this.keys = keys;
    this.signer = new TokenSigner(keys);
    this.server = TestServer.start(bindAddress, 0, Optional.empty(), new TokenPages(this)::handle);
  }

  /**
   * Starts a server with a new key on a free port of 127.0.0.1.
   *
   * @param folder where its key and certificate go; it must exist
   * @throws IOException if they cannot be made
   */
  public static TokenServer start(Path folder) throws IOException {
    return start(TestTls.create(folder), "127.0.0.1");
  }

  /** Starts a server that signs with a key that exists, on a free port of an interface. */
  public static TokenServer start(TestTls keys, String bindAddress) {
    return new TokenServer(keys, bindAddress);
  }

  /** Where tokens are asked for. */
  public URI realm() {
    return URI.create("http://" + host + ":" + server.port() + "/token");
  }

  /** The name under which others reach this server; 127.0.0.1 at first. */
  public TokenServer reachableAs(String hostName) {
    host = hostName;
    return this;
  }

  /** The name of the registry that the tokens are for. */
  public String service() {
    return SERVICE;
  }

  public String issuer() {
    return ISSUER;
  }

  /** The certificate in PEM by which a registry knows the tokens. */
  public Path certificateBundle() {
    return keys.caFile();
  }

  /** Adds a user, who may do everything. */
  public TokenServer user(String name, String password) {
    passwords.put(name, password);
    return this;
  }

  /** Whether those who give no name may pull; not at first. */
  public TokenServer anonymousPulls(boolean allowed) {
    anonymous = allowed;
    return this;
  }

  /** How long tokens are good; five minutes at first. */
  public TokenServer lifetime(Duration newLifetime) {
    lifetime = newLifetime;
    return this;
  }

  /** Leaves an action out of all later tokens, without an error. */
  public TokenServer withhold(String action) {
    withheld.add(action);
    return this;
  }

  /** Grants an action again. */
  public TokenServer grant(String action) {
    withheld.remove(action);
    return this;
  }

  public TokenServer keyHint(KeyHint hint) {
    keyHint = hint;
    return this;
  }

  /** The clock by which tokens expire; the system's at first. */
  public TokenServer clock(InstantSource newClock) {
    clock = newClock;
    return this;
  }

  /** What goes wrong; only {@link RegistryRequestKind#TOKEN} matters here. */
  public FaultPlan<RegistryRequestKind> faults() {
    return faults;
  }

  /** All questions that were answered, in order. */
  public List<Question> questions() {
    return List.copyOf(questions);
  }

  void note(Question question) {
    questions.add(question);
  }

  boolean isUser(String name, String password) {
    return password.equals(passwords.get(name));
  }

  boolean allowsAnonymous() {
    return anonymous;
  }

  Duration lifetime() {
    return lifetime;
  }

  InstantSource clock() {
    return clock;
  }

  String newRefreshToken(String user) {
    String token = "refresh-" + UUID.randomUUID();
    refreshTokens.put(token, user);
    return token;
  }

  Optional<String> userOfRefreshToken(String token) {
    return Optional.ofNullable(refreshTokens.get(token));
  }

  /** The part of the scopes that is granted. */
  List<Scope> granted(Optional<String> user, List<Scope> asked) {
    List<Scope> granted = new ArrayList<>();
    for (Scope scope : asked) {
      TreeSet<String> actions = new TreeSet<>(scope.actions());
      actions.removeAll(withheld);
      if (user.isEmpty()) {
        actions.retainAll(Set.of("pull"));
      }
      granted.add(new Scope(scope.type(), scope.name(), actions));
    }
    return granted;
  }

  /** A token for what is granted, issued now. */
  String issue(Optional<String> user, List<Scope> scopes) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    claims.put("iss", ISSUER).put("sub", user.orElse("")).put("aud", SERVICE);
    claims.put("exp", now.plus(lifetime).getEpochSecond());
    claims.put("nbf", now.minusSeconds(10).getEpochSecond()).put("iat", now.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    ArrayNode access = claims.putArray("access");
    for (Scope scope : scopes) {
      ObjectNode entry = access.addObject().put("type", scope.type()).put("name", scope.name());
      ArrayNode actions = entry.putArray("actions");
      scope.actions().forEach(actions::add);
    }
    return signer.sign(claims, keyHint);
  }

  /** What a token of this server allows now; nothing if it is not good, or no longer. */
  Optional<List<Scope>> verify(String token) {
    Optional<JsonNode> claims = signer.claims(token);
    if (claims.isEmpty()) {
      return Optional.empty();
    }
    long now = clock.instant().getEpochSecond();
    boolean good =
        claims.get().path("aud").asText().equals(SERVICE)
            && claims.get().path("exp").asLong() + LEEWAY_SECONDS >= now;
    if (!good) {
      return Optional.empty();
    }
    List<Scope> scopes = new ArrayList<>();
    for (JsonNode entry : claims.get().path("access")) {
      TreeSet<String> actions = new TreeSet<>();
      entry.path("actions").forEach(action -> actions.add(action.asText()));
      scopes.add(new Scope(entry.path("type").asText(), entry.path("name").asText(), actions));
    }
    return Optional.of(scopes);
  }

  @Override
  public void close() {
    server.close();
  }
}
