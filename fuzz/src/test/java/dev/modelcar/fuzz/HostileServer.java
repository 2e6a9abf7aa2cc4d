package dev.modelcar.fuzz;

import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithSize;
import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.TransportException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that answers anything, whatever it is asked; after its last answer its connections
 * break. Time passes only while somebody waits.
 */
public final class HostileServer implements HttpTransport {
  /** Fields that somebody reads. */
  private static final List<String> NAMES =
      List.of(
          "Location",
          "Link",
          "Range",
          "Content-Range",
          "Content-Length",
          "Content-Type",
          "Docker-Content-Digest",
          "Docker-Distribution-Api-Version",
          "Docker-Upload-UUID",
          "OCI-Subject",
          "OCI-Filters-Applied",
          "OCI-Chunk-Min-Length",
          "WWW-Authenticate",
          "Retry-After",
          "RateLimit",
          "ETag",
          "X-Linked-ETag",
          "X-Linked-Size",
          "X-Repo-Commit",
          "X-Xet-Hash",
          "X-Error-Code",
          "X-Error-Message",
          "Server",
          "Date");

  private final Deque<Answer> answers;
  private final AtomicLong now = new AtomicLong();

  /** One field, its name by number. */
  public record Field(@InRange(min = 0, max = 23) int name, @NotNull String value) {}

  /** One answer. */
  public record Answer(
      @InRange(min = 200, max = 504) int status,
      @NotNull @WithSize(max = 6) List<@NotNull Field> fields,
      @NotNull String body) {}

  public HostileServer(List<Answer> answers) {
    this.answers = new ArrayDeque<>(answers);
  }

  /** Waits cost time of this server's own, and no other. */
  public RetryPolicy retries() {
    return new RetryPolicy(
        Duration.ofMillis(400),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        wait -> now.addAndGet(wait.toNanos()),
        new SplittableRandom(1),
        now::get);
  }

  @Override
  public HttpResponse send(HttpRequest request) throws IOException {
    now.addAndGet(1_000_000);
    if (request.body().isPresent()) {
      request.body().get().writeTo(OutputStream.nullOutputStream());
    }
    Answer answer = answers.poll();
    if (answer == null) {
      throw new TransportException(TransportException.Kind.BROKEN, "the connection broke", null);
    }
    return new Said(answer);
  }

  @Override
  public HttpTransport scope() {
    return this;
  }

  @Override
  public void close() {}

  private static final class Said implements HttpResponse {
    private final Answer answer;
    private final InputStream body;

    Said(Answer answer) {
      this.answer = answer;
      this.body = new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int status() {
      return answer.status();
    }

    @Override
    public HttpHeaders headers() {
      return new HttpHeaders(
          answer.fields().stream()
              .map(field -> new HttpHeaders.Field(NAMES.get(field.name()), field.value()))
              .toList());
    }

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public boolean requestSent() {
      return true;
    }

    @Override
    public void close() {}
  }
}
