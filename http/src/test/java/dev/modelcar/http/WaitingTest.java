package dev.modelcar.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.TransportException.Kind;
import dev.modelcar.http.settings.ProxySettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long is waited and for how often, on a clock that only waiting moves; and the way there. */
final class WaitingTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong clock = new AtomicLong(1);
  private final List<Duration> waits = new ArrayList<>();

  private RetryPolicy policy(Duration budget) {
    return new RetryPolicy(
        Duration.ofMillis(400),
        Duration.ofSeconds(15),
        budget,
        wait -> clock.addAndGet(wait.toNanos()),
        new Random(5),
        clock::get);
  }

  private Retries retries(Duration budget) {
    return policy(budget).start((wait, why) -> waits.add(wait));
  }

  private int tries(Retries retries, Optional<Duration> asked) {
    int tries = 1;
    while (retries.waitForNext(asked, "why")) {
      tries++;
    }
    return tries;
  }

  @Test
  void waitsDoubleUpToALimitUntilTheBudgetIsSpent() {
    tries(retries(Duration.ofMinutes(2)), Optional.empty());
    for (int i = 0; i < waits.size(); i++) {
      long full = Math.min(400L << i, 15_000);
      assertThat(waits.get(i).toMillis()).isBetween(full / 2, full);
    }
    Duration spent = waits.stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(spent).isBetween(Duration.ofMinutes(2), Duration.ofSeconds(135));
  }

  @Test
  void progressBeginsAnew() {
    Retries retries = retries(Duration.ofSeconds(10));
    for (int i = 0; i < 1000; i++) {
      assertThat(retries.waitForNext(Optional.empty(), "why")).isTrue();
      retries.progressed();
    }
    assertThat(waits).allMatch(wait -> wait.toMillis() <= 400);
  }

  @Test
  void thereAreAFewTriesEvenWithoutABudget() {
    assertThat(tries(retries(Duration.ZERO), Optional.empty())).isEqualTo(3);
  }

  @Test
  void aServerThatAsksForTooMuchIsNotWaitedFor() {
    Retries retries = retries(Duration.ofMinutes(2));
    assertThat(tries(retries, Optional.of(Duration.ofHours(1)))).isEqualTo(1);
    assertThat(waits).isEmpty();
    ModelcarException failure = new ModelcarException(HttpError.NETWORK_BROKEN, "x");
    assertThat(retries.ended(failure).hint()).contains("3600 s").contains("--retry-for");
    assertThat(retries(Duration.ZERO).ended(failure).hint()).doesNotContain("--retry-for");
  }

  @Test
  void aServerThatRespondsMayAskForMoreThanFirstContactTakes() {
    Retries retries =
        policy(Duration.ofMinutes(2))
            .limitedTo(Duration.ofSeconds(20))
            .start((wait, why) -> waits.add(wait));
    assertThat(retries.waitForNext(Optional.of(Duration.ofSeconds(60)), "w")).isTrue();
    assertThat(waits).containsExactly(Duration.ofSeconds(60));
  }

  @Test
  void silenceIsWaitedForWithinTheBudgetAndOnceMore() {
    for (long silence : new long[] {30, 60, 120}) {
      Retries retries = retries(Duration.ofMinutes(2));
      long began = clock.get();
      do {
        clock.addAndGet(Duration.ofSeconds(silence).toNanos());
      } while (retries.waitForNext(Optional.empty(), "why"));
      Duration all = Duration.ofNanos(clock.get() - began);
      assertThat(all).isLessThan(Duration.ofSeconds(120 + silence + 5));
    }
  }

  @Test
  void aServerThatAsksForLittleIsGivenIt() {
    assertThat(retries(Duration.ofMinutes(2)).waitForNext(Optional.of(Duration.ofSeconds(7)), "w"))
        .isTrue();
    assertThat(waits).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void whoeverIsInterruptedStops() {
    Retries retries =
        new RetryPolicy(
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Duration.ofMinutes(1),
                wait -> {
                  throw new InterruptedException();
                },
                new Random(1),
                clock::get)
            .start(RetryListener.none());
    assertThatThrownBy(() -> retries.waitForNext(Optional.empty(), "why"))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(CoreError.STOPPED));
    assertThat(Thread.interrupted()).isTrue();
  }

  // ---- attempts ----

  private String attempts(IOException... failures) {
    Iterator<IOException> left = List.of(failures).iterator();
    return policy(Duration.ofMinutes(2))
        .repeat(
            (wait, why) -> waits.add(wait),
            "reading x",
            () -> {
              if (left.hasNext()) {
                throw left.next();
              }
              return "done";
            });
  }

  private static void failsAs(ErrorCode code, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ModelcarException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessage(message);
  }

  @Test
  void whatMayPassIsTriedAgain() {
    IOException busy =
        new TransientException(
            HttpError.NETWORK_STALLED, "too many", Optional.of(Duration.ofSeconds(9)));
    IOException broken = new TransportException(Kind.BROKEN, "host: it broke", null);
    assertThat(attempts(busy, broken)).isEqualTo("done");
    assertThat(waits).hasSize(2).first().isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void whatWillNotPassIsNot() {
    failsAs(
        HttpError.NETWORK_UNKNOWN_HOST,
        "reading x: host: unknown",
        () -> attempts(new TransportException(Kind.UNKNOWN_HOST, "host: unknown", null)));
    failsAs(
        HttpError.NETWORK_BROKEN, "reading x failed: odd", () -> attempts(new IOException("odd")));
    assertThat(waits).isEmpty();
  }

  @Test
  void whatDoesNotPassIsTheErrorThatItWasSaidToBe() {
    IOException[] always = new IOException[1000];
    Arrays.fill(always, new TransientException(HttpError.NETWORK_UNREACHABLE, "the Hub is away"));
    failsAs(HttpError.NETWORK_UNREACHABLE, "the Hub is away", () -> attempts(always));
    Arrays.fill(always, new TransportException(Kind.STALLED, "host: silent", null));
    failsAs(HttpError.NETWORK_STALLED, "reading x: host: silent", () -> attempts(always));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Retry-After | 5                             | 6",
        "Retry-After | 0                             | 1",
        "Retry-After | Thu, 01 Jan 2026 00:00:10 GMT | 11",
        "Retry-After | Wed, 31 Dec 2025 00:00:00 GMT | 1",
        "RateLimit   | \"api\";r=0;t=30              | 31"
      })
  void serversSayWhenToComeBack(String name, String value, long seconds) {
    HttpHeaders headers = HttpHeaders.none().with(name, value);
    assertThat(RetryAfter.of(headers, NOW)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "Retry-After, soon",
    "Retry-After, -5",
    "Retry-After, ''",
    "RateLimit, '\"api\";r=7;t=30'"
  })
  void whatIsNoTimeIsNone(String name, String value) {
    assertThat(RetryAfter.of(HttpHeaders.none().with(name, value), NOW)).isEmpty();
  }

  // ---- the way there ----

  @ParameterizedTest
  @CsvSource({
    "https, example.com,       443, true",
    "http,  example.com,       80,  true",
    "https, localhost,         443, false",
    "https, a.localhost,       443, false",
    "https, 127.0.0.1,         443, false",
    "https, [::1],             443, false",
    "https, internal,          443, false",
    "https, a.internal,        443, false",
    "https, notinternal,       443, true",
    "https, dot.example,       443, true",
    "https, a.dot.example,     443, false",
    "https, star.example,      443, true",
    "https, a.star.example,    443, false",
    "https, port.example,      443, true",
    "https, port.example,      5000, false",
    "https, 10.1.2.3,          443, false",
    "https, 11.1.2.3,          443, true",
    "https, 192.168.1.7,       443, false",
    "https, 192.168.1.8,       443, true",
    "https, [fd00::5],         443, false",
    "https, [fe00::5],         443, true",
    "https, UPPER.example,     443, false"
  })
  void exceptionsAreThoseOfGo(String scheme, String host, int port, boolean proxied) {
    ProxySettings settings =
        ProxySettings.of(
            Map.of(
                "ALL_PROXY",
                "proxy.example:3128",
                "NO_PROXY",
                "internal,.dot.example, *.star.example,port.example:5000,10.0.0.0/8 192.168.1.7,"
                    + "fd00::/8,upper.example"));
    assertThat(settings.proxyFor(scheme, host, port).isPresent()).isEqualTo(proxied);
  }

  @Test
  void variablesOfProxiesHaveAnOrder() {
    ProxySettings settings =
        ProxySettings.of(
            Map.of(
                "https_proxy", "http://lower:1",
                "HTTPS_PROXY", "http://upper:2",
                "ALL_PROXY", "socks5://all:3"));
    assertThat(settings.proxyFor("https", "example.com", 443))
        .contains(URI.create("http://lower:1"));
    assertThat(settings.proxyFor("http", "example.com", 80)).contains(URI.create("socks5://all:3"));
    assertThat(
            ProxySettings.of(Map.of("HTTP_PROXY", "p:1", "NO_PROXY", "*"))
                .proxyFor("http", "example.com", 80))
        .isEmpty();
    assertThatThrownBy(() -> ProxySettings.of(Map.of("HTTP_PROXY", "ftp://me:secret@p:1")))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(HttpError.NETWORK_PROXY))
        .message()
        .doesNotContain("secret");
  }

  @Test
  void addressesAreShownWithoutWhatIsSecretInThem() {
    assertThat(SafeUri.of(URI.create("https://me:pw@h:5/v2/a/blobs/uploads/uuid-1?_state=x")))
        .isEqualTo("https://h:5/v2/a/blobs/uploads/…");
    assertThat(SafeUri.of(URI.create("https://cdn.example/blob?Signature=abc#f")))
        .isEqualTo("https://cdn.example/blob");
  }
}
