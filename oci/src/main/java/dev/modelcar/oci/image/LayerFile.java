package dev.modelcar.oci.image;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.tar.TarStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of a layer where it is, to read some of its bytes. Of a layer that is not compressed only
 * the bytes that are asked for travel; any other is read from its start.
 *
 * @param path as it stands in the layer
 */
public record LayerFile(ImageReader reader, Descriptor layer, String path, long size, long start) {

  /**
   * The files of a layer.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is no layer
   */
  public static List<LayerFile> of(ImageReader reader, Descriptor layer) {
    List<LayerFile> files = new ArrayList<>();
    try (Counted in = new Counted(LayerInspection.open(reader, layer, 0))) {
      TarStream.read(
          in,
          (entry, content) -> {
            if (entry.isFile()) {
              files.add(new LayerFile(reader, layer, entry.path(), entry.size(), in.position));
            }
          });
      return files;
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "the layer %s cannot be listed: %s".formatted(layer.digest(), e.getMessage()),
          e);
    }
  }

  /** Reads from an offset on; the stream does not end with the file. */
  public InputStream open(long offset) throws IOException {
    return LayerInspection.open(reader, layer, start + offset);
  }

  private static final class Counted extends FilterInputStream {
    private long position;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      position += one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, length);
      position += Math.max(0, count);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(count);
      position += skipped;
      return skipped;
    }
  }
}
