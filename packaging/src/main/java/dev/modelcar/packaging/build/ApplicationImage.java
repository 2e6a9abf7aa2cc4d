package dev.modelcar.packaging.build;

import dev.modelcar.core.Digest;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.packaging.layers.CompressedContent;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.RootfsLayer;
import dev.modelcar.packaging.layers.StoredBlob;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.transfer.Arrivals;
import dev.modelcar.packaging.transfer.Delivery;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.Targets;
import dev.modelcar.packaging.transfer.TransferSettings;
import dev.modelcar.packaging.weights.PackagingError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The image of a program: a base, and above it a folder that holds the program's files under their
 * paths in the image. The same files give the same image.
 *
 * @param folder becomes a layer
 * @param compression of that layer
 * @param entrypoint what is run
 * @param environment for it, as {@code NAME=value}
 * @param user who runs it, as a number
 * @param labels of the image
 */
public record ApplicationImage(
    Path folder,
    Compression compression,
    List<String> entrypoint,
    List<String> environment,
    String user,
    Map<String, String> labels) {

  public ApplicationImage {
    entrypoint = List.copyOf(entrypoint);
    environment = List.copyOf(environment);
    // Sorted, for the order is part of the image.
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /**
   * Puts the image into its targets.
   *
   * @param base of one platform
   * @throws ModelcarException if the folder cannot be read
   */
  public ShipmentReport ship(Base base, List<ShipmentTarget> targets, ShipmentListener listener) {
    TransferSettings settings = TransferSettings.standard().with(listener).with(2);
    try (Targets to = new Targets(targets, listener)) {
      Base.BaseImage below = base.images().getFirst();
      RootfsLayer rootfs = RootfsLayer.of(folder);
      Digest diffId = rootfs.digest();
      List<StoredBlob> layers = new ArrayList<>(below.layers());
      layers.add(program(rootfs, diffId));
      return new Delivery(to, layers, settings, Arrivals.none())
          .run(() -> documents(layers, config(below, diffId)));
    }
  }

  private static ImageDocuments documents(List<StoredBlob> layers, ImageConfig imageConfig) {
    BlobContent config = BlobContent.of("config", imageConfig.toBytes());
    Descriptor descriptor =
        Descriptor.of(
            MediaTypes.OCI_CONFIG, config.digest().orElseThrow(), config.size().orElseThrow());
    List<Descriptor> descriptors = layers.stream().map(StoredBlob::descriptor).toList();
    return ImageDocuments.of(
        List.of(config),
        List.of(),
        ImageManifest.of(descriptor, descriptors, new TreeMap<>()).toRaw());
  }

  private StoredBlob program(RootfsLayer rootfs, Digest diffId) {
    BlobContent plain = rootfs.content();
    if (compression == Compression.NONE) {
      return layer(plain, diffId, plain.size().orElseThrow());
    }
    CompressedContent compressed = new CompressedContent(rootfs.layer(), compression);
    try (BlobReader reader = compressed.open(0)) {
      while (reader.transferTo(OutputStream.nullOutputStream(), Long.MAX_VALUE) >= 0) {
        // Until all is compressed once, for digest and size.
      }
    } catch (IOException e) {
      throw new ModelcarException(
          PackagingError.BASE_INVALID,
          "%s cannot be read: %s".formatted(folder, IoReason.of(e)),
          e);
    }
    return layer(
        compressed, compressed.digest().orElseThrow(), compressed.compressedSize().orElseThrow());
  }

  private StoredBlob layer(BlobContent content, Digest digest, long size) {
    return new StoredBlob(
        Descriptor.of(compression.mediaType(), digest, size), content, Optional.empty());
  }

  private ImageConfig config(Base.BaseImage below, Digest diffId) {
    return below
        .config()
        .withCompleteHistory(Instant.EPOCH)
        .withCreated(Instant.EPOCH)
        .withLayer(diffId, Instant.EPOCH, "modelcar: " + folder.getFileName())
        .withEntrypoint(entrypoint)
        .withCommand(List.of())
        .withEnvironment(environment)
        .withUser(user)
        .withLabels(labels);
  }
}
