package dev.modelcar.kubernetes.render;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * All tasks and pipelines as a Tekton bundle (tekton.dev, "Tekton Bundle contract v0.1"): an image
 * with a layer for each object, found by its annotations. The pipelines bring their tasks along:
 * what one of a bundle refers to is looked for in the namespace of the run.
 */
public final class TektonBundle {
  private static final String NAME = "dev.tekton.image.name";
  private static final String KIND = "dev.tekton.image.kind";
  private static final String VERSION = "dev.tekton.image.apiVersion";

  private final String taskImage;

  /**
   * @param values which say what image the tasks run
   */
  public TektonBundle(RenderValues values) {
    this.taskImage = values.get("image");
  }

  /** Publishes the bundle and returns its digest. */
  public Digest publish(ImageWriter writer, Optional<String> tag) {
    List<BlobContent> blobs = new ArrayList<>();
    List<Descriptor> layers = new ArrayList<>();
    ImageConfig config = ImageConfig.empty(Platform.of("linux", "amd64"));
    for (String name : Templates.TASKS) {
      config = add("task", name, Templates.task(name, taskImage), config, blobs, layers);
    }
    for (String name : Templates.PIPELINES) {
      String yaml = InlinedPipeline.of(name, taskImage);
      config = add("pipeline", name, yaml, config, blobs, layers);
    }
    BlobContent configBlob = BlobContent.of("config", config.toBytes());
    blobs.add(configBlob);
    Descriptor configDescriptor =
        Descriptor.of(
            MediaTypes.OCI_CONFIG,
            configBlob.digest().orElseThrow(),
            configBlob.size().orElseThrow());
    RawManifest manifest = ImageManifest.of(configDescriptor, layers, new TreeMap<>()).toRaw();
    try (writer) {
      writer.prepare(blobs);
      for (BlobContent blob : blobs) {
        writer.write(blob, UploadMemory.none(), TransferListener.none());
      }
      writer.publish(manifest, tag);
      return manifest.digest();
    } catch (MissingBlobsException e) {
      throw new ModelcarException(
          OciError.REGISTRY_CONTENT_MISMATCH,
          writer.location() + " did not keep what was uploaded: " + e.getMessage(),
          e);
    }
  }

  private static ImageConfig add(
      String kind,
      String name,
      String yaml,
      ImageConfig config,
      List<BlobContent> blobs,
      List<Descriptor> layers) {
    byte[] tar = tar(name, yaml.getBytes(StandardCharsets.UTF_8));
    byte[] layer = gzip(tar);
    blobs.add(BlobContent.of(name, layer));
    Map<String, String> annotations = Map.of(NAME, name, KIND, kind, VERSION, "v1");
    layers.add(
        Descriptor.of(
            MediaTypes.OCI_LAYER + "+gzip",
            Sha256.of(layer),
            layer.length,
            new TreeMap<>(annotations)));
    return config.withLayer(Sha256.of(tar), Instant.EPOCH, "modelcar bundle: " + name);
  }

  private static byte[] tar(String name, byte[] content) {
    TarLayout layout = TarLayout.of(List.of(TarEntry.file(name + ".yaml", 0644, content.length)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (TarLayout.Segment segment : layout.segments()) {
      switch (segment) {
        case TarLayout.Segment.Bytes bytes -> out.writeBytes(bytes.bytes());
        case TarLayout.Segment.Content _ -> out.writeBytes(content);
      }
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
