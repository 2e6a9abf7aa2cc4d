package dev.modelcar.oci.image;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.tar.TarStream;
import java.io.IOException;
import java.io.InputStream;

/** Files in a layer, read where they are. */
public final class LayerFiles {
  private LayerFiles() {}

  /** Looks at files one after the other. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at a file.
     *
     * @param content what is not read of it does not travel if the layer is not compressed
     * @return whether to go on
     */
    boolean visit(TarStream.Entry file, InputStream content) throws IOException;
  }

  /**
   * Visits the files of a layer in their order.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is no layer
   */
  public static void visit(ImageReader reader, Descriptor layer, Visitor visitor) {
    try (BlobStream opened = new BlobStream(reader, layer)) {
      TarStream.read(
          LayerInspection.decompressed(opened, layer),
          (entry, content) -> {
            if (entry.isFile() && !visitor.visit(entry, content)) {
              throw new Stop();
            }
          });
    } catch (Stop e) {
      // All that was wanted is known.
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "the layer %s cannot be read: %s".formatted(layer.digest(), e.getMessage()),
          e);
    }
  }

  private static final class Stop extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
