package dev.modelcar.oci.registry;

import static dev.modelcar.fuzz.Verdict.holds;
import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.fuzz.HostileServer;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.auth.CredentialSource;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.registry.auth.Challenge;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.oci.registry.upload.UploadRange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What registries say, and how users call them. */
final class RegistryFuzzTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
  private static final byte[] MANIFEST =
      "{\"schemaVersion\":2,\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
  private static final ImageReference.Registry REFERENCE =
      (ImageReference.Registry) ImageReference.parse("registry.example/team/model:v1");

  @DictionaryEntries({"docker://", "http://", "oci:", "oci-archive:", "@sha256:", "[::1]:5000/"})
  @FuzzTest(maxDuration = "1m")
  void references(@NotNull String text) {
    survives(() -> {
      ImageReference reference = ImageReference.parse(text);
      if (reference instanceof ImageReference.Registry) {
        String written = reference.toString();
        holds(ImageReference.parse(written).toString().equals(written), written);
      }
    });
  }

  @DictionaryEntries({"Bearer ", "Basic ", "realm=\"", "service=", "scope=\"", "\\\"", ", "})
  @FuzzTest(maxDuration = "1m")
  void challenges(@NotNull String text) {
    survives(() ->
        Challenge.best(Challenge.parse(List.of(text)))
            .ifPresent(
                best -> holds(List.of("bearer", "basic").contains(best.scheme()), best.scheme())));
  }

  @DictionaryEntries({"bytes=", "0-", "--1"})
  @FuzzTest(maxDuration = "30s")
  void ranges(@NotNull String text) {
    UploadRange.held(text).ifPresent(held -> holds(held >= 0, text));
  }

  @DictionaryEntries({"https://registry.example:5000", "//cdn.example/", "?_state=", "%", "{", "@"})
  @FuzzTest(maxDuration = "1m")
  void locations(@NotNull String text) {
    URI base = URI.create("https://registry.example:5000/v2/a/blobs/uploads/");
    Uris.resolve(base, text)
        .ifPresent(uri -> {
          holds(uri.getHost() != null && uri.getUserInfo() == null, text);
          Uris.sameOrigin(uri, base);
        });
  }

  @DictionaryEntries({
    "Bearer realm=\"https://registry.example/token\",service=\"s\"",
    "application/vnd.oci.image.index.v1+json",
    "{\"token\":\"t\",\"expires_in\":60}",
    "{\"errors\":[{\"code\":\"DENIED\"}]}",
    "{\"tags\":[\"v1\"]}",
    "</v2/team/model/tags/list?n=2>; rel=\"next\"",
    "bytes 0-6/7"
  })
  @FuzzTest(maxDuration = "3m")
  void reads(@NotNull @WithSize(max = 12) List<HostileServer.@NotNull Answer> answers) {
    Digest digest = Sha256.of(CONTENT);
    Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, digest, CONTENT.length);
    List<Use> uses =
        List.of(
            repository -> repository.manifest("v1"),
            repository -> repository.manifest(digest),
            RegistryRepository::tags,
            repository -> repository.referrers(digest),
            repository -> repository.blobSize(digest),
            repository -> {
              try (BlobReader reader = repository.openBlob(blob, 1)) {
                while (reader.transferTo(OutputStream.nullOutputStream(), 1 << 20) >= 0) {
                  holds(true, "it goes on");
                }
              }
            });
    for (Use use : uses) {
      with(answers, use);
    }
    HostileServer server = new HostileServer(answers);
    try (Registries registries = registries(server)) {
      survives(() -> registries.greet("registry.example", false));
    }
  }

  @DictionaryEntries({
    "/v2/team/model/blobs/uploads/u?_state=s",
    "0-6",
    "https://other.example/u",
    "Bearer realm=\"https://registry.example/token\",service=\"s\"",
    "{\"errors\":[{\"code\":\"BLOB_UPLOAD_INVALID\"}]}",
    "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"detail\":{\"digest\":\"sha256:"
  })
  @FuzzTest(maxDuration = "3m")
  void writes(@NotNull @WithSize(max = 12) List<HostileServer.@NotNull Answer> answers) {
    Digest digest = Sha256.of(CONTENT);
    Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, digest, CONTENT.length);
    RawManifest manifest = new RawManifest(MediaTypes.OCI_MANIFEST, MANIFEST);
    List<Use> uses =
        List.of(
            repository ->
                repository.write(
                    BlobContent.of("x", CONTENT), UploadMemory.none(), TransferListener.none()),
            repository -> repository.mount(blob, "team/other"),
            repository -> repository.publish(manifest, Optional.of("v1")),
            repository -> repository.publish(manifest, Optional.empty()),
            repository -> repository.delete(digest));
    for (Use use : uses) {
      with(answers, use);
    }
  }

  private interface Use {
    void of(RegistryRepository repository) throws IOException, MissingBlobsException;
  }

  private static void with(List<HostileServer.Answer> answers, Use use) {
    HostileServer server = new HostileServer(answers);
    try (Registries registries = registries(server);
        RegistryRepository repository = registries.repository(REFERENCE)) {
      survives(() -> {
        try {
          use.of(repository);
        } catch (MissingBlobsException e) {
          holds(e.blobs().size() <= answers.size() * 4096, "few blobs are missing");
        }
      });
    }
  }

  private static Registries registries(HostileServer server) {
    CredentialSource somebody =
        (host, repository) -> new Credentials.Password("user", "secret", "a test");
    return new Registries(
        new RegistrySettings(
            somebody,
            server.retries(),
            RetryListener.none(),
            Timeouts.STANDARD,
            host -> Optional.empty(),
            () -> Instant.EPOCH,
            host -> Optional.empty()),
        server);
  }
}
