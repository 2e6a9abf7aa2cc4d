package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.packaging.layers.CompressedContent;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.RootfsLayer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
    long began = System.nanoTime();
    ShipmentSetup setup = new ShipmentSetup(targets, Memory.none(), listener, 2, false);
    try {
      LayerMover mover = new LayerMover(targets, listener, setup.parallel());
      Base.BaseImage below = base.images().getFirst();
      RootfsLayer rootfs = RootfsLayer.of(folder);
      Digest diffId = rootfs.digest();
      Base.BaseLayer program = program(rootfs, diffId);
      List<ShipmentLayer> layers = new ArrayList<>();
      List<Descriptor> descriptors = new ArrayList<>();
      List<Base.BaseLayer> all = new ArrayList<>(below.layers());
      all.add(program);
      for (Base.BaseLayer layer : all) {
        layers.add(ShipmentLayer.of(layer, setup.context(mover, Receipts.none())));
        descriptors.add(layer.descriptor());
      }
      mover.over(layers);
      mover.lookAndMount();
      mover.move();
      BlobContent config = BlobContent.of("config", config(below, diffId).toBytes());
      Descriptor configDescriptor =
          Descriptor.of(
              MediaTypes.OCI_CONFIG, config.digest().orElseThrow(), config.size().orElseThrow());
      RawManifest manifest =
          ImageManifest.of(configDescriptor, descriptors, new TreeMap<>()).toRaw();
      mover.publish(new LayerMover.Image(List.of(config), List.of(), manifest));
      return setup.report(manifest.digest(), layers, began);
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  private Base.BaseLayer program(RootfsLayer rootfs, Digest diffId) {
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
          ErrorCode.BASE_INVALID, "%s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
    return layer(
        compressed, compressed.digest().orElseThrow(), compressed.compressedSize().orElseThrow());
  }

  private Base.BaseLayer layer(BlobContent content, Digest digest, long size) {
    return new Base.BaseLayer(
        Descriptor.of(compression.mediaType(), digest, size), content, java.util.Optional.empty());
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
