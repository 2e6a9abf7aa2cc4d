package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.http.HttpError;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubAddress;
import dev.modelcar.testkit.hub.HubFault;
import dev.modelcar.testkit.hub.HubRepository;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hub that refuses, or lies: every answer has a name, and nothing is published. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class BadHubTest {
  private static final String ID = "org/model";
  private static final String TOKEN = "hf_right";
  private static final List<String> HASTE =
      List.of("--retry-for", "300ms", "--stall-timeout", "500ms");

  @TempDir Path folder;

  private final GeneratedModel model = GeneratedModel.llama(2, 2, 64 << 10);

  /**
   * One kind of trouble.
   *
   * @param token what {@code HF_TOKEN} says; empty for nobody
   */
  record Case(
      String name,
      String token,
      String source,
      ErrorCode code,
      String says,
      BiConsumer<FakeHub, HubRepository> trouble) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case refusal(
      String name,
      String token,
      ErrorCode code,
      String says,
      BiConsumer<FakeHub, HubRepository> trouble) {
    return new Case(name, token, "hf://" + ID, code, says, trouble);
  }

  private static Case always(
      String name, HubRequestKind kind, Fault fault, ErrorCode code, String says) {
    return refusal(name, TOKEN, code, says, (hub, repository) -> hub.faults().always(kind, fault));
  }

  private static Fault coded(int status, String code) {
    return new Fault.Status(status, Headers.of("X-Error-Code", code), "no");
  }

  static Stream<Case> refusals() {
    return Stream.of(
        new Case(
            "revision not found",
            TOKEN,
            "hf://" + ID + "@nope",
            SourceError.HUB_REVISION_NOT_FOUND,
            "the revision nope does not exist in the repository " + ID,
            (hub, repository) -> {}),
        new Case(
            "repository not found",
            TOKEN,
            "hf://org/other",
            SourceError.HUB_REPOSITORY_NOT_FOUND,
            "org/other",
            (hub, repository) -> {}),
        new Case(
            "unknown to nobody in particular",
            "",
            "hf://org/other",
            SourceError.HUB_REPOSITORY_HIDDEN,
            "without a token",
            (hub, repository) -> {}),
        refusal(
            "private",
            "",
            SourceError.HUB_REPOSITORY_HIDDEN,
            "without a token",
            (hub, repository) -> repository.makePrivate(TOKEN)),
        refusal(
            "bad token",
            "hf_wrong",
            SourceError.HUB_TOKEN_INVALID,
            "rejected the token",
            (hub, repository) -> hub.token(TOKEN)),
        refusal(
            "gated, nobody",
            "",
            SourceError.HUB_GATED,
            "/" + ID,
            (hub, repository) -> repository.gate(TOKEN)),
        refusal(
            "gated, not granted",
            "hf_stranger",
            SourceError.HUB_GATED,
            "not in the authorized list",
            (hub, repository) -> repository.gate(TOKEN)),
        refusal(
            "gated, pending",
            "hf_waiting",
            SourceError.HUB_GATED,
            "awaiting a review",
            (hub, repository) -> repository.gate(TOKEN).pending("hf_waiting")),
        refusal(
            "token without permission",
            "hf_narrow",
            SourceError.HUB_TOKEN_FORBIDDEN,
            "lacks the permission",
            (hub, repository) -> hub.narrowToken("hf_narrow")),
        refusal(
            "disabled",
            TOKEN,
            SourceError.HUB_DISABLED,
            "is disabled",
            (hub, repository) -> repository.disable()),
        always(
            "list without end",
            HubRequestKind.TREE,
            new Fault.Status(
                200,
                Headers.of("Link", "</api/models/" + ID + "/tree/main?cursor=again>; rel=\"next\""),
                "[]"),
            SourceError.HUB_PROTOCOL,
            "does not end"),
        refusal(
            "file and folder of one name",
            TOKEN,
            SourceError.SOURCE_PATH_UNSAFE,
            "is both a file and the folder of",
            (hub, repository) ->
                hub.add(
                    ID,
                    GeneratedModel.llama(2, 1, 64 << 10)
                        .withFile("config.json/more.json", Content.of(new byte[4])))),
        always(
            "entry not found",
            HubRequestKind.RESOLVE_GET,
            coded(404, "EntryNotFound"),
            SourceError.HUB_ENTRY_NOT_FOUND,
            "a listed file is missing"),
        always(
            "rate limit of the API",
            HubRequestKind.TREE,
            new HubFault.QuotaExhausted(3600),
            SourceError.HUB_RATE_LIMITED,
            "The server asks to wait"),
        always(
            "bad request",
            HubRequestKind.REVISION,
            Fault.status(400),
            SourceError.HUB_PROTOCOL,
            "400"),
        always(
            "range past the end",
            HubRequestKind.RESOLVE_GET,
            Fault.status(416),
            SourceError.HUB_PROTOCOL,
            "416"),
        always(
            "server error",
            HubRequestKind.REVISION,
            Fault.status(503),
            SourceError.HUB_UNAVAILABLE,
            "503"));
  }

  static Stream<Case> lies() {
    return Stream.of(
        always(
            "page of a proxy",
            HubRequestKind.REVISION,
            new Fault.Html(200),
            SourceError.HUB_PROTOCOL,
            "not JSON"),
        always(
            "not HTTP",
            HubRequestKind.REVISION,
            new Fault.Garbage(),
            HttpError.NETWORK_BROKEN,
            "without a response"),
        always(
            "body that ends at once",
            HubRequestKind.CDN,
            new Fault.Truncate(0),
            HttpError.NETWORK_BROKEN,
            "closed before"),
        always(
            "same size, other bytes",
            HubRequestKind.CDN,
            new Fault.FlippedByte(60_000),
            CoreError.CONTENT_MISMATCH,
            "does not match the digest that its source declares"),
        always(
            "Content-Range of other bytes",
            HubRequestKind.CDN,
            new Fault.WrongContentRange(),
            SourceError.HUB_PROTOCOL,
            "instead of bytes"),
        always(
            "compressed",
            HubRequestKind.CDN,
            new Fault.GzipBody(),
            SourceError.HUB_PROTOCOL,
            "compressed a response"),
        always(
            "silence",
            HubRequestKind.CDN,
            new Fault.Hang(When.IN_ANSWER, 0),
            HttpError.NETWORK_STALLED,
            "sent no data"),
        always(
            "circle of redirects",
            HubRequestKind.REVISION,
            new HubFault.RedirectLoop(),
            HttpError.REDIRECT_REFUSED,
            "more than"),
        always(
            "redirect to nowhere",
            HubRequestKind.RESOLVE_GET,
            new HubFault.RedirectTo("ftp://elsewhere/file"),
            SourceError.HUB_PROTOCOL,
            "an invalid URL"),
        always(
            "file outside the folder",
            HubRequestKind.TREE,
            new HubFault.ExtraPath("../outside.json"),
            SourceError.SOURCE_PATH_UNSAFE,
            "../outside.json"),
        always(
            "file from the root",
            HubRequestKind.TREE,
            new HubFault.ExtraPath("/etc/outside.json"),
            SourceError.SOURCE_PATH_UNSAFE,
            "/etc/outside.json"),
        always(
            "another size than in the list",
            HubRequestKind.RESOLVE_GET,
            new HubFault.WrongLinkedSize(17),
            SourceError.HUB_PROTOCOL,
            "serves 17"),
        refusal(
            "next page elsewhere",
            TOKEN,
            SourceError.HUB_PROTOCOL,
            "leads elsewhere",
            (hub, repository) ->
                hub.pageSize(2)
                    .faults()
                    .always(
                        HubRequestKind.TREE,
                        new HubFault.ForeignNextLink("http://127.0.0.2:9/take?token=1"))));
  }

  private static Map<String, String> variables(Places places, FakeHub hub, String token) {
    Map<String, String> variables = new HashMap<>(places.variables());
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    variables.put("HF_TOKEN", token);
    return variables;
  }

  private static List<String> options(Places places) {
    List<String> options = new ArrayList<>(places.options());
    options.addAll(HASTE);
    return options;
  }

  @ParameterizedTest
  @MethodSource({"refusals", "lies"})
  void isNamedAndNothingIsPublished(Case bad) throws IOException {
    try (FakeHub hub = FakeHub.start();
        Places places = new Places(folder)) {
      HubRepository repository = hub.add(ID, model);
      bad.trouble().accept(hub, repository);
      Run.of(variables(places, hub, bad.token()), options(places), "ship", bad.source())
          .failsWith(bad.code())
          .says(bad.says());
      places.showNothing();
      assertThat(hub.leakedTokens()).isZero();
    }
  }

  /** The link names another host; the page is asked for at the hub, and nothing goes there. */
  @Test
  void theNextPageIsAskedForAtTheHubItself() throws IOException {
    try (FakeHub hub = FakeHub.start();
        Places places = new Places(folder)) {
      String commit = hub.add(ID, model).head("main");
      hub.pageSize(1000);
      hub.faults()
          .once(
              HubRequestKind.TREE,
              new HubFault.ForeignNextLink(
                  "http://127.0.0.2:9/api/models/" + ID + "/tree/" + commit + "?cursor=MTA"));
      Run.of(variables(places, hub, TOKEN), options(places), "ship", "hf://" + ID).succeeds();
      assertThat(hub.leakedTokens()).isZero();
    }
  }

  @Test
  void aServerThatKnowsNoRangesIsReadFromItsFirstByte() throws IOException {
    try (FakeHub hub = FakeHub.start();
        Places places = new Places(folder)) {
      hub.add(ID, model);
      hub.faults().always(HubRequestKind.CDN, new Fault.RangeIgnored());
      Run.of(variables(places, hub, TOKEN), options(places), "ship", "hf://" + ID).succeeds();
      Run.of(places.variables(), "verify", places.inRegistry(), "--deep").succeeds();
    }
  }

  @Test
  void neverLeavesTls() throws IOException {
    TestTls tls = TestTls.create(folder);
    try (FakeHub hub = FakeHub.start(HubAddress.loopback().withTls(tls.serverContext()));
        FakeHub plain = FakeHub.start();
        Places places = new Places(folder)) {
      hub.add(ID, model);
      hub.faults()
          .always(
              HubRequestKind.RESOLVE_GET, new HubFault.RedirectTo(plain.endpoint() + "/blob/x"));
      Map<String, String> variables = variables(places, hub, TOKEN);
      variables.put("SSL_CERT_FILE", tls.caFile().toString());
      Run.of(variables, options(places), "ship", "hf://" + ID)
          .failsWith(HttpError.REDIRECT_REFUSED)
          .says("from HTTPS to plain HTTP");
      places.showNothing();
      assertThat(plain.requests()).isEmpty();
    }
  }

  @Test
  void aHubThatIsNotThereIsNotWaitedForLong() throws IOException {
    try (Places places = new Places(folder)) {
      Map<String, String> variables = new HashMap<>(places.variables());
      variables.put("HF_ENDPOINT", "http://127.0.0.1:" + FreePort.find());
      Run.of(variables, options(places), "ship", "hf://" + ID)
          .failsWith(HttpError.NETWORK_UNREACHABLE)
          .says("refused");
      places.showNothing();
    }
  }

  @Test
  void variablesThatMakeNoSenseAreUsageErrors() throws IOException {
    try (Places places = new Places(folder)) {
      Map<String, String> variables = new HashMap<>(places.variables());
      variables.put("HF_ENDPOINT", "not a valid URL");
      Run.of(variables, options(places), "ship", "hf://" + ID)
          .failsWith(CoreError.USAGE_INVALID)
          .says("HF_ENDPOINT");
    }
  }

  @Test
  void offlineMeansOffline() throws IOException {
    try (FakeHub hub = FakeHub.start();
        Places places = new Places(folder)) {
      hub.add(ID, model);
      Map<String, String> variables = variables(places, hub, TOKEN);
      variables.put("HF_HUB_OFFLINE", "1");
      Run.of(variables, options(places), "ship", "hf://" + ID).failsWith(SourceError.HUB_OFFLINE);
      assertThat(hub.requests()).isEmpty();
      places.showNothing();
    }
  }

  @Test
  void referencesOfOtherKindsAreRefused() throws IOException {
    try (Places places = new Places(folder)) {
      for (String source : List.of("s3://bucket/model", "hf://", "hf://a/b/c", "hf://a/b@", "")) {
        Run.of(places.variables(), options(places), "ship", source)
            .failsWith(SourceError.SOURCE_REFERENCE_INVALID);
      }
      places.showNothing();
    }
  }
}
