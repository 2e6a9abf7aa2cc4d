package dev.modelcar.kubernetes.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The warnings of the API server (RFC 9110 has dropped the header, Kubernetes has not). They tell
 * of fields that are dropped in silence otherwise.
 */
final class Warnings implements Interceptor {
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> body) {
    // The form is: 299 - "text"
    response
        .headers("Warning")
        .forEach(header -> seen.add(header.replaceFirst("^\\d+ \\S+ ", "").replace("\"", "")));
  }

  /** What was said since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(seen);
    seen.removeAll(taken);
    return taken;
  }
}
