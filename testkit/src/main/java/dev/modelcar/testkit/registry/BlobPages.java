package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.fault.ContentAnswer;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.util.Optional;

/** Finished blobs. */
final class BlobPages {

  void read(RegistryExchange exchange) throws IOException {
    String digest = exchange.route().reference();
    if (exchange.fault(RegistryFault.BlobVanished.class).isPresent()) {
      exchange.state().blobs().forget(digest);
    }
    Optional<StoredBlob> blob = exchange.state().blob(exchange.route().repository(), digest);
    Optional<RegistryFault.LyingHead> lie = exchange.fault(RegistryFault.LyingHead.class);
    Headers headers =
        exchange
            .digestHeader(digest)
            .with("Content-Type", "application/octet-stream")
            .with("ETag", "\"" + digest + "\"");
    boolean head = exchange.call().method().equals("HEAD");
    if (head && lie.isPresent()) {
      exchange.respond(200, headers.with("Content-Length", Long.toString(lie.get().size())));
    } else if (blob.isEmpty()) {
      exchange.refuse(404, "BLOB_UNKNOWN", "blob unknown to registry");
    } else if (head) {
      exchange.respond(200, headers.with("Content-Length", Long.toString(blob.get().size())));
    } else if (blob.get().content().isEmpty()
        && exchange.call().header("Range").equals(Optional.of("bytes=0-0"))) {
      // Whoever asks for just the first byte asks whether the blob is there; the byte is made up.
      Headers one = headers.with("Content-Range", "bytes 0-0/" + blob.get().size());
      exchange.call().stream(206, RegistryExchange.common().and(one), 1).write(0);
    } else if (blob.get().content().isEmpty()) {
      exchange.refuse(500, "UNKNOWN", "this registry keeps no bytes of large blobs");
    } else {
      ContentAnswer.send(
          exchange.call(),
          blob.get().content().get(),
          RegistryExchange.common().and(headers),
          exchange.fault());
    }
  }

  void delete(RegistryExchange exchange) throws IOException {
    String digest = exchange.route().reference();
    if (!exchange.state().habits().deletes()) {
      exchange.refuse(405, "UNSUPPORTED", "The operation is unsupported.");
    } else if (exchange.state().blob(exchange.route().repository(), digest).isEmpty()) {
      exchange.refuse(404, "BLOB_UNKNOWN", "blob unknown to registry");
    } else {
      exchange.repository().unlink(digest);
      exchange.respond(202, Headers.none());
    }
  }
}
