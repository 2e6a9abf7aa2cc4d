package dev.modelcar.oci.registry;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.upload.BlobUpload;
import dev.modelcar.oci.registry.upload.UploadStart;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads and writes one repository of a registry. */
public final class RegistryRepository implements ImageReader, ImageWriter {
  private final RepositoryClient client;
  private final RegistryManifests manifests;
  private final RegistryReferrers referrers;
  private final RegistryBlobs blobs;

  RegistryRepository(RegistryHost host, ImageReference.Registry location) {
    this.client = new RepositoryClient(host, location);
    this.manifests = new RegistryManifests(client);
    this.referrers = new RegistryReferrers(client, manifests);
    this.blobs = new RegistryBlobs(client);
  }

  @Override
  public ImageReference.Registry location() {
    return client.location();
  }

  /** The kind of the registry, as far as it is known. */
  public RegistryProfile profile() {
    return client.host().profile();
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
    new PushRights(client).check();
  }

  /** Quay would make the repository that is asked for. */
  @Override
  public boolean checkUploads() {
    return profile().kind() == RegistryProfile.Kind.QUAY || new UploadStart(client).probe();
  }

  @Override
  public OptionalLong room() {
    return new HarborQuota(client).room();
  }

  /** From here on, requests need push permission, which readers may lack. */
  @Override
  public void prepare(List<BlobContent> expected) {
    blobs.expectWrites();
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
    return new BlobUpload(client, blobs::has, content, memory, transfer).run();
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

  /** Makes a referrer discoverable from its subject. */
  private void list(RawManifest manifest, boolean listed) {
    Optional<Referrer> referrer = Referrer.of(manifest);
    if (referrer.isPresent() && !listed) {
      referrers.add(referrer.get());
    }
  }

  @Override
  public void remove(Optional<String> tag, Digest manifest) {
    manifests.remove(tag, manifest);
  }

  @Override
  public boolean delete(Digest manifest) {
    return manifests.delete(manifest);
  }

  @Override
  public void close() {
    // The connections belong to the registries, which outlive one repository.
  }
}
