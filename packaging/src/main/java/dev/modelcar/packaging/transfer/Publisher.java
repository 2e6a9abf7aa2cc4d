package dev.modelcar.packaging.transfer;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.oci.image.ReferrersList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Publishes one image in targets, once every blob of it was seen there. */
final class Publisher {
  /** How often a target may lose blobs between their upload and the manifest. */
  private static final int MISSING_ROUNDS = 3;

  private final List<BlobDelivery> blobs;
  private final ImageDocuments image;
  private final ShipmentListener listener;
  private final Map<ImageReference, Lock> catchingUp = new ConcurrentHashMap<>();

  Publisher(List<BlobDelivery> blobs, ImageDocuments image, ShipmentListener listener) {
    this.blobs = blobs;
    this.image = image;
    this.listener = listener;
  }

  /** Publishes the image under its own tag, or else under the target's. */
  void publish(ShipmentTarget target) {
    Optional<String> tag = image.tag().or(() -> target.reference().tag());
    for (int round = 1; ; round++) {
      try {
        complete(target, round > 1);
        for (RawManifest manifest : image.manifests()) {
          target.writer().writeManifest(manifest, Optional.empty());
        }
        for (ImageDocuments.Tagged tagged : image.tagged()) {
          target.writer().writeManifest(tagged.manifest(), Optional.of(tagged.tag()));
        }
        target.writer().publish(top(target, tag), tag);
        if (image.tag().isEmpty()) {
          listener.on(new ShipmentEvent.TargetDone(target.name(), image.top().digest()));
        }
        return;
      } catch (MissingBlobsException e) {
        if (!e.blobs().isEmpty() && e.blobs().stream().noneMatch(this::isSent)) {
          throw new ModelcarException(
              OciError.REGISTRY_REFUSED,
              e.getMessage() + ": it requires foreign layers, which are not copied",
              "The registry does not accept images with foreign layers; some registries have a setting for that.",
              e);
        }
        if (round == MISSING_ROUNDS) {
          throw new ModelcarException(
              OciError.REGISTRY_CONTENT_MISMATCH,
              target.name() + " did not keep what was uploaded: " + e.getMessage(),
              e);
        }
        forget(target, e.blobs());
      }
    }
  }

  /** A list of referrers never loses what the target has found out by itself. */
  private RawManifest top(ShipmentTarget target, Optional<String> tag) {
    return tag.filter(Referrer::isTag)
        .flatMap(list -> target.reader().flatMap(there -> there.manifest(list)))
        .map(there -> ReferrersList.joined(there, image.top()))
        .orElse(image.top());
  }

  private boolean isSent(Digest digest) {
    return image.has(digest) || blobs.stream().anyMatch(blob -> blob.has(digest));
  }

  /** Every blob is looked for in the target; what is not there is sent, again if need be. */
  private void complete(ShipmentTarget target, boolean again) {
    // Configs travel meanwhile: they are small, and no layer depends on them.
    Threads.map(
        List.<Runnable>of(() -> look(target), () -> writeConfigs(target, again)),
        2,
        "looking for layers",
        task -> {
          task.run();
          return true;
        });
    for (BlobDelivery blob : blobs) {
      catchUp(target, blob);
    }
    if (target.failure().isPresent()) {
      throw target.failure().get();
    }
  }

  private void look(ShipmentTarget target) {
    BlobDelivery.each(
        blobs,
        blob -> {
          if (!blob.isLackedBy(target) && !target.writer().has(blob.descriptor())) {
            blob.forget(target);
          }
        });
  }

  private void writeConfigs(ShipmentTarget target, boolean again) {
    for (BlobContent config : image.configs()) {
      Descriptor descriptor =
          Descriptor.of("config", config.digest().orElseThrow(), config.size().orElseThrow());
      if (again || !target.writer().has(descriptor)) {
        target.writer().write(config, UploadMemory.none(), TransferListener.none());
      }
    }
  }

  /** Of the tags of one repository one is sent the blob, and the others find it there then. */
  private void catchUp(ShipmentTarget target, BlobDelivery blob) {
    Lock alone =
        catchingUp.computeIfAbsent(target.writer().location(), place -> new ReentrantLock());
    alone.lock();
    try {
      blob.deliver(List.of(target), () -> {});
    } finally {
      alone.unlock();
    }
  }

  /** A target that says it has a blob, and then that it has not, is sent all that it may lack. */
  private void forget(ShipmentTarget target, List<Digest> missing) {
    for (BlobDelivery blob : blobs) {
      if (missing.isEmpty() || missing.stream().anyMatch(blob::has)) {
        blob.forget(target);
      }
    }
  }
}
