package dev.modelcar.source.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.hub.HubFault;
import dev.modelcar.testkit.hub.HubRequest;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of a file on the Hub, over stores that fail and lie. */
@Timeout(60)
final class HubReadTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(43, 1, 11 << 20);
  private static final String WEIGHTS = "model.safetensors";
  private static final byte[] BYTES = MODEL.file(WEIGHTS).content().bytes();

  @TempDir Path folder;

  private HubClient client;

  @BeforeEach
  void start() {
    client = new HubClient(folder);
    client.hub.add("org/model", MODEL);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private byte[] read() throws IOException {
    try (Snapshot snapshot = client.resolve("hf://org/model")) {
      return HubClient.read(HubClient.file(snapshot, WEIGHTS));
    }
  }

  /** Each of these lets some bytes through. */
  static Stream<Arguments> cuts() {
    return Stream.of(
        Arguments.of(HubRequestKind.CDN, new Fault.Truncate(700_000)),
        Arguments.of(HubRequestKind.CDN, new Fault.Reset(When.IN_ANSWER, 300_000)));
  }

  static Stream<Arguments> troubles() {
    return Stream.of(
        Arguments.of(HubRequestKind.CDN, Fault.status(500)),
        Arguments.of(HubRequestKind.CDN, Fault.tooManyRequests(3)),
        Arguments.of(HubRequestKind.CDN, new Fault.Html(404)),
        Arguments.of(HubRequestKind.CDN, new Fault.Drop(When.BEFORE_BODY, 0)),
        Arguments.of(HubRequestKind.CDN, new Fault.Garbage()),
        Arguments.of(HubRequestKind.CDN, new Fault.WrongContentRange()),
        Arguments.of(HubRequestKind.CDN, new Fault.NoContentRange(true)),
        Arguments.of(HubRequestKind.CDN, new Fault.GzipBody()),
        Arguments.of(HubRequestKind.CDN, new HubFault.ExpiredUrl()),
        Arguments.of(HubRequestKind.RESOLVE_GET, Fault.status(503)),
        Arguments.of(HubRequestKind.RESOLVE_GET, new Fault.Reset(When.AFTER_BODY, 0)),
        Arguments.of(HubRequestKind.RESOLVE_GET, new HubFault.QuotaExhausted(2)));
  }

  @ParameterizedTest
  @MethodSource({"troubles", "cuts"})
  void whatPassesCostsNoByte(HubRequestKind kind, Fault trouble) throws IOException {
    client.hub.faults().add(kind, 0, 2, trouble);
    assertThat(read()).isEqualTo(BYTES);
    assertThat(client.hub.faults().hits()).isPositive();
    assertThat(client.waits).isNotEmpty();
    assertThat(client.hub.leakedTokens()).isZero();
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void whatDoesNotPassHasAnEnd(HubRequestKind kind, Fault trouble) {
    client.hub.faults().always(kind, trouble);
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code().name()).as(e.getMessage()).containsAnyOf("HUB_", "NETWORK_"));
  }

  @Test
  void aRangeOfTheRightLengthNeedsNoHeader() throws IOException {
    client.hub.faults().always(HubRequestKind.CDN, new Fault.NoContentRange(false));
    assertThat(read()).isEqualTo(BYTES);
    assertThat(client.waits).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("useless")
  void aHeaderThatMakesResponsesUselessIsNamedAtOnce(Fault fault, String header) {
    client.hub.faults().always(HubRequestKind.CDN, fault);
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(SourceError.HUB_PROTOCOL))
        .hasMessageContaining(header);
    assertThat(client.waits).allMatch(wait -> wait.startsWith("0 s: "));
  }

  static Stream<Arguments> useless() {
    return Stream.of(
        Arguments.of(new Fault.NoContentRange(true), "Content-Range"),
        Arguments.of(new Fault.GzipBody(), "Content-Encoding: gzip"));
  }

  @Test
  void aStoreWithoutRangesIsReadOnce() throws IOException {
    client.hub.faults().always(HubRequestKind.CDN, new Fault.RangeIgnored());
    assertThat(read()).isEqualTo(BYTES);
    assertThat(client.hub.requests(HubRequestKind.CDN)).hasSize(1);
  }

  @Test
  void theHubIsAskedOnceForTheLink() throws IOException {
    assertThat(read()).isEqualTo(BYTES);
    assertThat(client.hub.requests(HubRequestKind.RESOLVE_GET)).hasSize(1);
    assertThat(client.hub.requests(HubRequestKind.CDN))
        .hasSizeGreaterThan(1)
        .extracting(HubRequest::range)
        .allMatch(range -> range.isPresent());
    assertThat(client.hub.bytesServed()).isEqualTo(BYTES.length);
  }

  @Test
  void aStoreThatRefusesEveryLinkIsNamedWithoutTheLink() {
    client.hub.faults().always(HubRequestKind.CDN, new HubFault.ExpiredUrl());
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(SourceError.HUB_UNAVAILABLE))
        .hasMessageContaining("rejects every link to " + WEIGHTS)
        .hasMessageContaining("localhost:" + client.hub.cdnServer().port())
        .message()
        .doesNotContain("Signature", "?");
  }

  @Test
  void brokenConnectionsSayWhatWasRead() {
    client.hub.faults().always(HubRequestKind.CDN, new Fault.Drop(When.BEFORE_BODY, 0));
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(HttpError.NETWORK_BROKEN))
        .hasMessageStartingWith("reading " + WEIGHTS + ": localhost:");
  }

  @Test
  void aClosedSnapshotEndsItsReaders() throws IOException {
    Snapshot snapshot = client.resolve("hf://org/model");
    try (var reader = HubClient.file(snapshot, WEIGHTS).open(0)) {
      assertThat(reader.next().hasRemaining()).isTrue();
      snapshot.close();
      assertThatThrownBy(
              () -> {
                while (reader.next().hasRemaining()) {
                  // what is here already may still come
                }
              })
          .isInstanceOfSatisfying(
              ModelcarException.class, e -> assertThat(e.code()).isEqualTo(CoreError.STOPPED));
    }
  }
}
