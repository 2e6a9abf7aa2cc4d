package dev.modelcar.oci.registry;

import dev.modelcar.core.Digest;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.Retries;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One repository of a registry, to be read and written. */
public final class RegistryRepository implements ImageReader, ImageWriter {
  private final RegistryHost host;
  private final ImageReference.Registry place;
  private final RetryListener listener;
  private final RegistryManifests manifests;
  private final RegistryReferrers referrers;
  private final RegistryBlobs blobs;
  private volatile boolean written;

  RegistryRepository(RegistryHost host, ImageReference.Registry place) {
    this.host = host;
    this.place = place.repositoryOnly();
    this.listener = host.settings().retryListener();
    this.manifests = new RegistryManifests(host, this);
    this.referrers = new RegistryReferrers(host, this, manifests);
    this.blobs = new RegistryBlobs(host, this);
  }

  @Override
  public ImageReference.Registry place() {
    return place;
  }

  /** The path below the host. */
  String name() {
    return place.repository();
  }

  /** What kind of registry holds it, as far as is known by now. */
  public RegistryProfile profile() {
    return host.profile();
  }

  // ---- reading ----

  @Override
  public Optional<RawManifest> manifest(String tag) {
    return manifests.get(tag);
  }

  @Override
  public Optional<RawManifest> manifest(Digest digest) {
    return manifests.get(digest);
  }

  @Override
  public Optional<RawManifest> onlyManifest() {
    return manifests.get("latest");
  }

  @Override
  public OptionalLong blobSize(Digest digest) {
    return blobs.size(digest);
  }

  @Override
  public BlobReader openBlob(Descriptor blob, long offset) {
    return blobs.open(blob, offset);
  }

  @Override
  public List<String> tags() {
    return manifests.tags();
  }

  @Override
  public List<Descriptor> referrers(Digest subject) {
    return referrers.list(subject);
  }

  // ---- writing ----

  @Override
  public void checkWritable() {
    new PushRights(host, this).check();
  }

  /** From here on requests ask for the right to push; who only reads may not have it. */
  @Override
  public void prepare(List<BlobContent> expected) {
    written = true;
  }

  boolean isWritten() {
    return written;
  }

  @Override
  public boolean has(Descriptor blob) {
    return blobs.has(blob);
  }

  @Override
  public boolean mount(Descriptor blob, String fromRepository) {
    return blobs.mount(blob, fromRepository);
  }

  @Override
  public Digest write(BlobContent content, UploadMemory memory, TransferListener transfer) {
    return new BlobUpload(host, this, content, memory, transfer).run();
  }

  @Override
  public void writeManifest(RawManifest manifest, Optional<String> tag)
      throws MissingBlobsException {
    boolean listed =
        tag.isPresent() ? manifests.put(manifest, tag) : manifests.putUnnamed(manifest);
    list(manifest, listed);
  }

  @Override
  public void publish(RawManifest manifest, Optional<String> tag) throws MissingBlobsException {
    list(manifest, manifests.put(manifest, tag));
    manifests.lookForUnseen();
  }

  /** Sees to it that what refers to another manifest is found from there. */
  private void list(RawManifest manifest, boolean listed) {
    Optional<Referrer> referrer = Referrer.of(manifest);
    if (referrer.isPresent() && !listed) {
      referrers.add(referrer.get());
    }
  }

  @Override
  public boolean delete(Digest manifest) {
    return manifests.delete(manifest);
  }

  @Override
  public void close() {
    // The connections belong to the registries, which outlive one repository.
  }

  // ---- shared by the parts ----

  ModelcarException refused(RegistryErrors.Refusal refusal, String what) {
    FailedRequest request = FailedRequest.of(host.name(), name(), refusal.status());
    return RegistryErrors.toException(
            refusal, host.name(), what, host.authenticator(name()).asWhom())
        .about(
            refusal.digests().size() == 1 ? request.with(refusal.digests().getFirst()) : request);
  }

  /**
   * Where an upload goes on: a {@code Location}, absolute or relative. Another host is taken at its
   * word, without credentials, unless it is an address of a private network.
   */
  Optional<URI> uploadAddress(HttpResponse response, URI asked) {
    Optional<String> location = response.headers().first("Location");
    if (location.isEmpty()) {
      return Optional.empty();
    }
    URI uri =
        Uris.resolve(asked, location.get())
            .orElseThrow(() ->
                new ModelcarException(
                    OciError.REGISTRY_PROTOCOL,
                    host.name() + " sends an upload to something that is no address"));
    if (host.isOurs(uri)) {
      return Optional.of(uri);
    }
    if (sameHostOtherwiseSpelled(uri, asked)) {
      // A proxy that ends TLS, or that moved a standard port, without telling what is behind it; or
      // a store elsewhere that names itself.
      return Optional.of(
          URI.create(asked.getScheme() + "://" + asked.getRawAuthority() + withoutOrigin(uri)));
    }
    if (isPrivate(uri.getHost())
        || (asked.getScheme().equals("https") && !uri.getScheme().equals("https"))) {
      throw new ModelcarException(
          HttpError.REDIRECT_REFUSED,
          "%s sends the upload to %s, which is not safe to follow"
              .formatted(host.name(), SafeUri.authority(uri)),
          "A proxy in front of a registry has to pass on by which name it was asked: Host and"
              + " X-Forwarded-Proto. Or the registry is told its own address (distribution:"
              + " http.host, or http.relativeurls).",
          null);
    }
    return Optional.of(uri);
  }

  /**
   * Tells the registry that an upload is not wanted any more; whether it listens does not matter,
   * for it forgets uploads by itself.
   */
  void cancel(URI upload, Scope scope) {
    HttpRequest delete = HttpRequest.of("DELETE", upload).with(host.settings().timeouts());
    try (HttpResponse _ = host.sendOnce(delete, name(), scope)) {
      // Nothing depends on the response.
    } catch (IOException e) {
      // Nor on whether there is one.
    }
  }

  private static boolean sameHostOtherwiseSpelled(URI uri, URI asked) {
    return uri.getHost().equalsIgnoreCase(asked.getHost())
        && (uri.getPort() < 0 || uri.getPort() == asked.getPort());
  }

  private static String withoutOrigin(URI uri) {
    return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  private static boolean isPrivate(String hostName) {
    String literal = hostName.replaceAll("[\\[\\]]", "");
    if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return literal.equalsIgnoreCase("localhost");
    }
    try {
      InetAddress address = InetAddress.ofLiteral(literal);
      return address.isLoopbackAddress()
          || address.isSiteLocalAddress()
          || address.isLinkLocalAddress()
          || address.isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** A request with no or a small body, repeated while its failures may pass. */
  HttpResponse send(HttpRequest request, Scope scope, String what) {
    return host.send(request, name(), scope, what, listener);
  }

  /** Repeats what may work a little later. */
  <T> T repeat(String what, RetryPolicy.Attempt<T> attempt) {
    return host.retryPolicy().repeat(listener, what, attempt);
  }

  /** A fresh count for one operation. */
  Retries retries() {
    return host.retryPolicy().start(listener);
  }

  HttpRequest request(String method, String path) {
    HttpRequest request =
        HttpRequest.of(method, host.uri("/v2/" + name() + path)).with(host.settings().timeouts());
    return method.equals("POST") ? request.with(RequestBody.empty()) : request;
  }
}
