package dev.modelcar.kubernetes.render;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.image.Blobs;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import java.io.ByteArrayInputStream;
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
import java.util.zip.GZIPInputStream;
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

  /** The size of the first file in a tar archive. */
  private static final int SIZE_AT = 124;

  private static final int SIZE_LENGTH = 11;
  private static final int TAR_BLOCK = 512;
  private static final int MOST_BYTES = 4 << 20;

  private final RenderValues values;

  /**
   * @param values which say what image the tasks run
   */
  public TektonBundle(RenderValues values) {
    this.values = values;
  }

  /** Publishes the bundle and returns its digest. */
  public Digest publish(ImageWriter writer, Optional<String> tag) {
    List<BlobContent> blobs = new ArrayList<>();
    List<Descriptor> layers = new ArrayList<>();
    ImageConfig config = ImageConfig.empty(Platform.of("linux", "amd64"));
    for (String name : Templates.TASKS) {
      config = add("task", name, Templates.task(name, values), config, blobs, layers);
    }
    for (String name : Templates.PIPELINES) {
      String yaml = InlinedPipeline.of(name, values);
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

  /**
   * Reads a pipeline of a bundle.
   *
   * @param name of the pipeline
   * @return its spec
   * @throws ModelcarException if the bundle, or the pipeline in it, does not exist
   */
  public static Map<String, Object> pipeline(ImageReader reader, RawManifest bundle, String name) {
    List<String> names = new ArrayList<>();
    for (Descriptor layer : Documents.manifest(bundle).layers()) {
      String kind = layer.annotations().getOrDefault(KIND, "");
      String found = layer.annotations().getOrDefault(NAME, "");
      if (kind.equals("pipeline") && found.equals(name)) {
        return spec(Blobs.document(reader, layer), reader);
      }
      if (kind.equals("pipeline")) {
        names.add(found);
      }
    }
    throw new ModelcarException(
        ClusterError.CLUSTER_OBJECT_NOT_FOUND,
        "the bundle %s has no pipeline %s".formatted(reader.location(), name),
        names.isEmpty()
            ? "Name a Tekton bundle, such as `modelcar bundle` publishes."
            : "It has " + String.join(", ", names) + ".",
        null);
  }

  /** A layer is an archive of one file. */
  private static Map<String, Object> spec(byte[] layer, ImageReader reader) {
    try (GZIPInputStream tar = new GZIPInputStream(new ByteArrayInputStream(layer))) {
      byte[] all = tar.readNBytes(MOST_BYTES);
      int size =
          Integer.parseInt(new String(all, SIZE_AT, SIZE_LENGTH, StandardCharsets.US_ASCII), 8);
      JsonNode spec =
          new ObjectMapper(new YAMLFactory()).readTree(all, TAR_BLOCK, size).path("spec");
      return new ObjectMapper().convertValue(spec, new TypeReference<Map<String, Object>>() {});
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "a pipeline in the bundle %s cannot be read".formatted(reader.location()));
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
