package dev.modelcar.packaging.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.LayerReader;
import dev.modelcar.packaging.layers.LayerRecipe;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.folder.FolderSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image that {@link ImageBuilder} built: its layers are framed from the model's files while they
 * are read. Files that are not the ones of the build any more are refused before a byte moves; what
 * slips through is found by the digests.
 */
public final class BuiltImage implements ImageReader {
  private final Path folder;
  private final Digest top;
  private final String topType;
  private final Map<Digest, PlannedLayer> layers;

  private BuiltImage(Path folder, Digest top, String topType, Map<Digest, PlannedLayer> layers) {
    this.folder = folder;
    this.top = top;
    this.topType = topType;
    this.layers = layers;
  }

  /**
   * Opens what was built.
   *
   * @throws ModelcarException if nothing was, or the model has changed since
   */
  static BuiltImage open(Path folder) {
    try {
      JsonNode json = Json.parse(Files.readAllBytes(folder.resolve(ImageBuilder.FILE)));
      if (json.path("version").asInt() != ImageBuilder.VERSION) {
        throw invalid(folder, "it was written by another version of modelcar");
      }
      Path model = folder.toRealPath().resolve(json.path("model").asText()).normalize();
      Map<String, ModelFile> files = new HashMap<>();
      new FolderSource()
          .resolve(new SourceReference.Folder(model))
          .files()
          .forEach(file -> files.put(file.path(), file));
      Map<Digest, PlannedLayer> layers = new HashMap<>();
      for (JsonNode layer : json.path("layers")) {
        layers.put(digest(folder, layer), layer(folder, layer, files));
      }
      String type = Json.text(json, "mediaType").orElse(MediaTypes.OCI_MANIFEST);
      return new BuiltImage(folder, digest(folder, json), type, layers);
    } catch (NoSuchFileException e) {
      throw new ModelcarException(
          OciError.IMAGE_NOT_FOUND,
          "there is no built image in %s; build one with `modelcar build`".formatted(folder),
          e);
    } catch (InvalidJsonException | IllegalArgumentException e) {
      throw invalid(folder, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED, "%s cannot be read: %s".formatted(folder, IoReason.of(e)), e);
    }
  }

  private static Digest digest(Path folder, JsonNode json) {
    return Json.text(json, "digest")
        .flatMap(Digest::parse)
        .orElseThrow(() -> invalid(folder, "a digest is missing"));
  }

  private static PlannedLayer layer(Path folder, JsonNode json, Map<String, ModelFile> model) {
    List<LayerRecipe.Entry> entries = new ArrayList<>();
    List<ModelFile> files = new ArrayList<>();
    for (JsonNode node : json.path("entries")) {
      String path = node.path("path").asText();
      int mode = node.path("mode").asInt();
      Optional<String> name = Json.text(node, "file");
      Optional<String> link = Json.text(node, "link");
      TarEntry entry;
      if (name.isPresent()) {
        long size = node.path("size").asLong();
        entry = TarEntry.file(path, mode, size);
        files.add(unchanged(folder, node, name.get(), Optional.ofNullable(model.get(name.get()))));
      } else if (link.isPresent()) {
        entry = TarEntry.symbolicLink(path, link.get());
      } else {
        entry = TarEntry.directory(path, mode);
      }
      entries.add(new LayerRecipe.Entry(entry, Optional.empty()));
    }
    return new PlannedLayer(
        json.path("name").asText(),
        PlannedLayer.Kind.WEIGHTS,
        new LayerRecipe(entries, Compression.NONE),
        files);
  }

  private static ModelFile unchanged(
      Path folder, JsonNode node, String name, Optional<ModelFile> found) {
    boolean same =
        found.isPresent()
            && found.get().size() == node.path("size").asLong()
            && found
                .get()
                .identity()
                .map(identity -> identity.modifiedNanos() == node.path("modified").asLong())
                .orElse(true);
    if (!same) {
      throw new ModelcarException(
          SourceError.SOURCE_CHANGED,
          "%s has changed since the image in %s was built; build it again".formatted(name, folder));
    }
    return found.get();
  }

  private static ModelcarException invalid(Path folder, String why) {
    return new ModelcarException(
        OciError.IMAGE_INVALID, "the recipe in %s cannot be used: %s".formatted(folder, why));
  }

  static Path blob(Path folder, Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm().id()).resolve(digest.hex());
  }

  @Override
  public ImageReference location() {
    return new RecipeReference(folder);
  }

  @Override
  public Optional<RawManifest> manifest(String tag) {
    return Optional.empty();
  }

  @Override
  public Optional<RawManifest> manifest(Digest digest) {
    try {
      byte[] bytes = Files.readAllBytes(blob(folder, digest));
      String type = digest.equals(top) ? topType : MediaTypes.OCI_MANIFEST;
      RawManifest raw = new RawManifest(type, bytes);
      if (!raw.digest().equals(digest)) {
        throw invalid(folder, "the manifest %s is damaged".formatted(digest));
      }
      return Optional.of(raw);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<RawManifest> onlyManifest() {
    return manifest(top);
  }

  @Override
  public OptionalLong blobSize(Digest digest) {
    if (layers.containsKey(digest)) {
      return OptionalLong.of(layers.get(digest).size());
    }
    try {
      return OptionalLong.of(Files.size(blob(folder, digest)));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public BlobReader openBlob(Descriptor blob, long offset) throws IOException {
    Optional<PlannedLayer> layer = Optional.ofNullable(layers.get(blob.digest()));
    if (layer.isPresent()) {
      return LayerReader.open(layer.get(), offset);
    }
    InputStream in = Files.newInputStream(blob(folder, blob.digest()));
    in.skipNBytes(offset);
    return new BlobReader() {
      private final byte[] buffer = new byte[64 << 10];

      @Override
      public long transferTo(OutputStream out, long limit) throws IOException {
        int count = in.read(buffer, 0, (int) Math.min(limit, buffer.length));
        if (count > 0) {
          out.write(buffer, 0, count);
        }
        return count;
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  @Override
  public List<String> tags() {
    return List.of();
  }

  @Override
  public List<Descriptor> referrers(Digest subject) {
    return List.of();
  }

  @Override
  public void close() {}
}
