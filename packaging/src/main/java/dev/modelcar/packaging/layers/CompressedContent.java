package dev.modelcar.packaging.layers;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A layer that is compressed on the way. Its size and digest are known only at its end, and it can
 * be read from its beginning only. The libraries are deterministic: the same layer gives the same
 * bytes.
 */
public final class CompressedContent implements BlobContent {
  private static final int ZSTD_LEVEL = 3;
  private static final int STEP = 256 << 10;

  private final LayerContent layer;
  private final Compression compression;
  private volatile Optional<Digest> digest = Optional.empty();
  private volatile OptionalLong compressedSize = OptionalLong.empty();

  public CompressedContent(LayerContent layer, Compression compression) {
    this.layer = layer;
    this.compression = compression;
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.empty();
  }

  /** The size, once all of it was read. */
  public OptionalLong compressedSize() {
    return compressedSize;
  }

  @Override
  public Optional<Digest> digest() {
    return digest;
  }

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public BlobReader open(long offset) throws IOException {
    if (offset != 0) {
      throw new IllegalArgumentException("a compressed layer is read from its beginning");
    }
    return new Reader(layer.open(0));
  }

  private final class Reader implements BlobReader {
    private final BlobReader plain;
    private final Sha256 hash = Sha256.create();
    private final Output output = new Output();
    private final OutputStream compressor;
    private boolean ended;

    Reader(BlobReader plain) throws IOException {
      this.plain = plain;
      this.compressor = compressor(output);
    }

    @Override
    public long transferTo(OutputStream out, long limit) throws IOException {
      while (output.size() == 0) {
        if (ended) {
          digest = Optional.of(hash.digest());
          compressedSize = OptionalLong.of(hash.count());
          return -1;
        }
        if (plain.transferTo(compressor, STEP) < 0) {
          compressor.close();
          ended = true;
        }
      }
      // The limit belongs to pieces of known length, which a compressed layer has none of.
      return output.drain(hash, out);
    }

    @Override
    public void close() throws IOException {
      plain.close();
      if (!ended) {
        compressor.close();
      }
    }
  }

  private OutputStream compressor(OutputStream out) throws IOException {
    return switch (compression) {
      case ZSTD -> new ZstdOutputStreamNoFinalizer(out, ZSTD_LEVEL);
      case GZIP -> new FastGzip(out);
      case NONE -> throw new IllegalStateException("nothing to compress");
    };
  }

  /** What came out of the compressor and was not yet passed on. */
  private static final class Output extends ByteArrayOutputStream {
    int drain(Sha256 hash, OutputStream out) throws IOException {
      int length = count;
      hash.update(buf, 0, length);
      out.write(buf, 0, length);
      reset();
      return length;
    }
  }

  /** Weights hardly shrink: the fastest level costs a fraction and gains as much. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 64 << 10);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
