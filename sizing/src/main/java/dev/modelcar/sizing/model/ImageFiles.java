package dev.modelcar.sizing.model;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.oci.image.LayerFile;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of a model in an image, each read where it is, by ranges of its layer. */
public final class ImageFiles {
  private static final int CHUNK = 128 << 10;

  private ImageFiles() {}

  /**
   * The files below {@code /models}, with paths from there. The reader has to stay open as long as
   * they are read.
   *
   * @throws ModelcarException {@link SizingError#SIZING_NO_MODEL} if there are none
   */
  public static List<ModelFile> of(ImageReader reader, ImageReference reference) {
    ImageTree tree = ImageTree.read(reader, ImageTree.find(reader, reference));
    RawManifest manifest =
        tree.manifests().stream().filter(raw -> !raw.isIndex()).findFirst().orElse(tree.top());
    List<Descriptor> layers =
        manifest.isIndex() ? List.of() : Documents.manifest(manifest).layers();
    List<ModelFile> files = new ArrayList<>();
    for (Descriptor layer : layers) {
      if (layer.mediaType().contains(".tar")) {
        for (LayerFile file : LayerFile.of(reader, layer)) {
          ModelHeaders.inModels(file.path()).ifPresent(path -> files.add(file(path, file)));
        }
      }
    }
    if (files.isEmpty()) {
      throw new ModelcarException(
          SizingError.SIZING_NO_MODEL,
          "the image %s has %d layers, and no files below /models"
              .formatted(reference, layers.size()));
    }
    return files;
  }

  private static ModelFile file(String path, LayerFile file) {
    return new ModelFile(
        path,
        file.size(),
        Optional.empty(),
        Optional.empty(),
        offset -> new Chunks(file.open(offset), file.size() - offset));
  }

  private static final class Chunks implements ChunkReader {
    private final InputStream in;
    private final byte[] buffer = new byte[CHUNK];
    private long left;

    Chunks(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public ByteBuffer next() throws IOException {
      int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      left -= count;
      return ByteBuffer.wrap(buffer, 0, count);
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        left = 0;
      }
    }
  }
}
