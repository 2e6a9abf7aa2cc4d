package dev.modelcar.packaging.weights;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Where the tensors of a GGUF file end, by its header (ggml documentation, "GGUF", versions 2 and
 * 3): keys and values, then a name, a shape, a type and an offset for each tensor.
 */
final class GgufExtent {
  private static final long LONGEST = 1 << 30;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  /** How a type of ggml lies in a file: so many numbers take so many bytes. */
  private record Block(int numbers, int bytes) {}

  private static final Map<Integer, Block> TYPES =
      Map.ofEntries(
          Map.entry(0, new Block(1, 4)),
          Map.entry(1, new Block(1, 2)),
          Map.entry(2, new Block(32, 18)),
          Map.entry(3, new Block(32, 20)),
          Map.entry(6, new Block(32, 22)),
          Map.entry(7, new Block(32, 24)),
          Map.entry(8, new Block(32, 34)),
          Map.entry(9, new Block(32, 36)),
          Map.entry(10, new Block(256, 84)),
          Map.entry(11, new Block(256, 110)),
          Map.entry(12, new Block(256, 144)),
          Map.entry(13, new Block(256, 176)),
          Map.entry(14, new Block(256, 210)),
          Map.entry(15, new Block(256, 292)),
          Map.entry(16, new Block(256, 66)),
          Map.entry(17, new Block(256, 74)),
          Map.entry(18, new Block(256, 98)),
          Map.entry(19, new Block(256, 50)),
          Map.entry(20, new Block(32, 18)),
          Map.entry(21, new Block(256, 110)),
          Map.entry(22, new Block(256, 82)),
          Map.entry(23, new Block(256, 136)),
          Map.entry(24, new Block(1, 1)),
          Map.entry(25, new Block(1, 2)),
          Map.entry(26, new Block(1, 4)),
          Map.entry(27, new Block(1, 8)),
          Map.entry(28, new Block(1, 8)),
          Map.entry(29, new Block(256, 56)),
          Map.entry(30, new Block(1, 2)),
          Map.entry(34, new Block(256, 54)),
          Map.entry(35, new Block(256, 66)),
          Map.entry(39, new Block(32, 17)));

  private final ChunkReader reader;
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private long position;
  private long alignment = 32;

  private GgufExtent(ChunkReader reader) {
    this.reader = reader;
  }

  /** The end of the last tensor in bytes; nothing if the header itself makes no sense or ends. */
  static OptionalLong of(ModelFile file) throws IOException {
    try (ChunkReader reader = file.open(0)) {
      return OptionalLong.of(new GgufExtent(reader).end());
    } catch (CutOffException e) {
      return OptionalLong.empty();
    }
  }

  private static final class CutOffException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private long end() throws IOException {
    skip(8);
    long tensors = number(8);
    long keys = number(8);
    for (long i = 0; i < keys; i++) {
      String key = text();
      int type = (int) number(4);
      if (key.equals("general.alignment") && type == 4) {
        alignment = Math.max(1, number(4));
      } else {
        skipValue(type, 0);
      }
    }
    long end = 0;
    for (long i = 0; i < tensors; i++) {
      end = Math.max(end, tensor());
    }
    return Math.ceilDiv(position, alignment) * alignment + end;
  }

  /** Where a tensor ends, from the start of the data. */
  private long tensor() throws IOException {
    skip(number(8));
    int dimensions = (int) number(4);
    long numbers = 1;
    for (int i = 0; i < dimensions; i++) {
      numbers = saturated(numbers, number(8));
    }
    Block block = TYPES.get((int) number(4));
    long offset = number(8);
    // A type that is not known here takes up some room at least.
    long bytes =
        block == null ? 1 : saturated(Math.ceilDiv(numbers, block.numbers()), block.bytes());
    if (offset < 0 || offset > LONGEST << 20) {
      throw new CutOffException();
    }
    return offset + bytes;
  }

  /** A product that no file is as long as, instead of an overflow. */
  private static long saturated(long a, long b) {
    return a < 0 || b < 0 || Math.multiplyHigh(a, b) != 0 || a * b < 0 || a * b > LONGEST << 30
        ? LONGEST << 30
        : a * b;
  }

  private void skipValue(int type, int depth) throws IOException {
    if (type == STRING) {
      skip(number(8));
    } else if (type == ARRAY && depth < 8) {
      int of = (int) number(4);
      long count = number(8);
      if (of >= 0 && of < WIDTHS.length && WIDTHS[of] > 0) {
        skip(saturated(count, WIDTHS[of]));
      } else {
        for (long i = 0; i < count; i++) {
          skipValue(of, depth + 1);
        }
      }
    } else if (type >= 0 && type < WIDTHS.length && WIDTHS[type] > 0) {
      skip(WIDTHS[type]);
    } else {
      throw new CutOffException();
    }
  }

  private String text() throws IOException {
    long length = number(8);
    if (length < 0 || length > 1 << 16) {
      throw new CutOffException();
    }
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = next();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private long number(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (next() & 0xffL) << (8 * i);
    }
    return value;
  }

  private byte next() throws IOException {
    fill();
    position++;
    return chunk.get();
  }

  private void skip(long count) throws IOException {
    if (count < 0 || count > LONGEST) {
      throw new CutOffException();
    }
    for (long left = count; left > 0; ) {
      fill();
      int step = (int) Math.min(left, chunk.remaining());
      chunk.position(chunk.position() + step);
      position += step;
      left -= step;
    }
  }

  private void fill() throws IOException {
    if (!chunk.hasRemaining()) {
      chunk = reader.next();
      if (!chunk.hasRemaining()) {
        throw new CutOffException();
      }
    }
  }
}
