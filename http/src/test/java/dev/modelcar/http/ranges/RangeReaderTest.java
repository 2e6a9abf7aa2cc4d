package dev.modelcar.http.ranges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Ending;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is read whole, whatever its server does with connections and ranges. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class RangeReaderTest {
  private static final byte[] FILE = new byte[(10 << 20) + 7];

  static {
    new Random(17).nextBytes(FILE);
  }

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final List<String> waits = new CopyOnWriteArrayList<>();
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void close() {
    transport.close();
  }

  private final class Remote implements RangeSource {
    private final TestServer server;

    Remote(TestServer server) {
      this.server = server;
    }

    @Override
    public String what() {
      return "reading the file";
    }

    @Override
    public HttpResponse open(long from, long to) throws IOException {
      return transport.send(
          HttpRequest.get(server.uri()).with("Range", "bytes=" + from + "-" + (to - 1)));
    }

    @Override
    public IOException endedEarly() {
      return new TransientException(HttpError.NETWORK_UNREACHABLE, "too little came");
    }

    @Override
    public void close() {}
  }

  private void serve(Call call) throws IOException {
    String range = call.header("Range").orElseThrow().substring("bytes=".length());
    ranges.add(range);
    int from = Integer.parseInt(range.substring(0, range.indexOf('-')));
    int to = Integer.parseInt(range.substring(range.indexOf('-') + 1)) + 1;
    call.respond(206, Headers.none(), Arrays.copyOfRange(FILE, from, to));
  }

  /** Waiting costs no time but on the clock. */
  private RetryPolicy policy() {
    return new RetryPolicy(
        Duration.ofMillis(400),
        Duration.ofSeconds(15),
        Duration.ofMinutes(2),
        wait -> clock.addAndGet(wait.toNanos()),
        new Random(3),
        clock::get);
  }

  private byte[] read(TestServer server, long from, long to) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RangeReader reader =
        new RangeReader(
            new Remote(server),
            from,
            to,
            new ReadBudget(8 << 20, 4),
            new ConnectionLimit(64 << 10),
            policy(),
            (wait, why) -> waits.add(why))) {
      for (ByteBuffer chunk = reader.next(); chunk.hasRemaining(); chunk = reader.next()) {
        out.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"0, 10485767", "4194303, 4194305", "3, 3", "5242880, 10485767"})
  void everyByteOnceAndInOrder(int from, int to) throws IOException {
    try (TestServer server = TestServer.start(this::serve)) {
      assertThat(read(server, from, to)).isEqualTo(Arrays.copyOfRange(FILE, from, to));
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void aServerWithoutRangesIsReadInOneResponse() throws IOException {
    try (TestServer server =
        TestServer.start(call -> {
          calls.incrementAndGet();
          call.respond(200, Headers.none(), FILE);
        })) {
      assertThat(read(server, 1_000_000, FILE.length))
          .isEqualTo(Arrays.copyOfRange(FILE, 1_000_000, FILE.length));
    }
    assertThat(calls).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DROP", "RESET"})
  void aBrokenResponseIsResumedWhereItBroke(String ending) throws IOException {
    try (TestServer server =
        TestServer.start(call -> {
          if (calls.incrementAndGet() % 2 == 1) {
            call.interruptAnswer(100_000, Ending.valueOf(ending));
          }
          serve(call);
        })) {
      assertThat(read(server, 0, FILE.length)).isEqualTo(FILE);
    }
    assertThat(waits).isNotEmpty().allMatch(why -> why.startsWith("reading the file: 127.0.0.1:"));
    assertThat(ranges).doesNotHaveDuplicates();
  }

  /** The server knows how that is called in its own world; a neutral reader does not. */
  @Test
  void whatEndsEarlyForGoodIsTheSourcesError() {
    try (TestServer server =
        TestServer.start(call -> call.respond(206, Headers.none(), new byte[0]))) {
      assertThatThrownBy(() -> read(server, 0, FILE.length))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(HttpError.NETWORK_UNREACHABLE))
          .hasMessage("too little came");
    }
  }

  /** A byte from each of many connections must not go on for ever. */
  @Test
  void aFewBytesEachTimeAreNoProgress() {
    try (TestServer server =
        TestServer.start(call -> {
          call.interruptAnswer(1, Ending.DROP);
          serve(call);
        })) {
      assertThatThrownBy(() -> read(server, 0, FILE.length))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(HttpError.NETWORK_BROKEN))
          .hasMessageStartingWith("reading the file: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 5-9/20, true",
    "bytes 5-9/*, true",
    "bytes 5-9, true",
    "bytes 5-9/21, false",
    "bytes 4-9/20, false",
    "bytes 5-10/20, false",
    "bytes=5-9/20, false",
    "bytes 5-99999999999999999999/20, false",
    "'', false"
  })
  void aRangeIsTheOneThatWasAskedFor(String field, boolean right) {
    var headers = dev.modelcar.http.HttpHeaders.none().with("Content-Range", field);
    assertThat(ContentRange.of(headers).filter(range -> range.is(5, 10, 20)).isPresent())
        .isEqualTo(right);
  }
}
