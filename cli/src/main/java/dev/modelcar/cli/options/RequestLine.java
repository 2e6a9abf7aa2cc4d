package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Texts;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.SafeUri;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A request in a line that may be shown: no query, no header, no address of an upload. */
final class RequestLine {
  /** What follows is the address of an upload, whatever registries call it. */
  private static final Pattern UPLOAD = Pattern.compile("(?i)(//[^/]*/.*?upload[^/]*/).+");

  private RequestLine() {}

  static String of(HttpRequest request, OptionalInt status, Duration time) {
    String address = UPLOAD.matcher(SafeUri.of(request.uri())).replaceFirst("$1…");
    boolean sends = request.method().equals("PATCH") || request.method().equals("PUT");
    if (sends && !address.contains("/manifests/") && !address.endsWith("…")) {
      address = request.uri().getScheme() + "://" + SafeUri.authority(request.uri()) + "/…";
    }
    return "%s %s: %s, %s"
        .formatted(
            request.method(),
            address,
            status.isPresent() ? Integer.toString(status.getAsInt()) : "no response",
            Texts.duration(time));
  }
}
