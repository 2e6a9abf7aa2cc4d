package dev.modelcar.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** What a request carries. It is written once for each attempt, by the thread that sends. */
public interface RequestBody {

  /** The length in bytes; without it the body travels in chunked encoding. */
  OptionalLong length();

  /** Writes the whole body; writes of 64 KiB to 1 MiB are the fastest. */
  void writeTo(OutputStream out) throws IOException;

  /** A secret in it, which is not to be shown if the server repeats it. */
  default Optional<String> secret() {
    return Optional.empty();
  }

  /** A body of no bytes, sent with {@code Content-Length: 0}. */
  static RequestBody empty() {
    return of(new byte[0]);
  }

  static RequestBody of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  static RequestBody of(byte[] bytes) {
    return of(bytes, Optional.empty());
  }

  /** A text that holds a secret. */
  static RequestBody of(String text, String secret) {
    return of(text.getBytes(StandardCharsets.UTF_8), Optional.of(secret));
  }

  private static RequestBody of(byte[] bytes, Optional<String> secret) {
    return new RequestBody() {
      @Override
      public Optional<String> secret() {
        return secret;
      }

      @Override
      public OptionalLong length() {
        return OptionalLong.of(bytes.length);
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
      }
    };
  }
}
