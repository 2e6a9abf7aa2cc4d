package dev.modelcar.packaging.weights;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a GGUF header (ggml documentation, "GGUF", versions 2 and 3) up to its tensors. */
final class GgufReader {
  private static final long LONGEST = 1 << 30;
  private static final long LONGEST_TEXT = 1 << 16;
  private static final long LONGEST_LIST = 4096;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  /** How a type of ggml lies in a file: so many numbers take so many bytes. */
  private record Block(String name, int numbers, int bytes) {}

  private static final Map<Integer, Block> TYPES =
      Map.ofEntries(
          Map.entry(0, new Block("F32", 1, 4)),
          Map.entry(1, new Block("F16", 1, 2)),
          Map.entry(2, new Block("Q4_0", 32, 18)),
          Map.entry(3, new Block("Q4_1", 32, 20)),
          Map.entry(6, new Block("Q5_0", 32, 22)),
          Map.entry(7, new Block("Q5_1", 32, 24)),
          Map.entry(8, new Block("Q8_0", 32, 34)),
          Map.entry(9, new Block("Q8_1", 32, 36)),
          Map.entry(10, new Block("Q2_K", 256, 84)),
          Map.entry(11, new Block("Q3_K", 256, 110)),
          Map.entry(12, new Block("Q4_K", 256, 144)),
          Map.entry(13, new Block("Q5_K", 256, 176)),
          Map.entry(14, new Block("Q6_K", 256, 210)),
          Map.entry(15, new Block("Q8_K", 256, 292)),
          Map.entry(16, new Block("IQ2_XXS", 256, 66)),
          Map.entry(17, new Block("IQ2_XS", 256, 74)),
          Map.entry(18, new Block("IQ3_XXS", 256, 98)),
          Map.entry(19, new Block("IQ1_S", 256, 50)),
          Map.entry(20, new Block("IQ4_NL", 32, 18)),
          Map.entry(21, new Block("IQ3_S", 256, 110)),
          Map.entry(22, new Block("IQ2_S", 256, 82)),
          Map.entry(23, new Block("IQ4_XS", 256, 136)),
          Map.entry(24, new Block("I8", 1, 1)),
          Map.entry(25, new Block("I16", 1, 2)),
          Map.entry(26, new Block("I32", 1, 4)),
          Map.entry(27, new Block("I64", 1, 8)),
          Map.entry(28, new Block("F64", 1, 8)),
          Map.entry(29, new Block("IQ1_M", 256, 56)),
          Map.entry(30, new Block("BF16", 1, 2)),
          Map.entry(34, new Block("TQ1_0", 256, 54)),
          Map.entry(35, new Block("TQ2_0", 256, 66)),
          Map.entry(39, new Block("MXFP4", 32, 17)));

  private final ChunkReader reader;
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private long position;
  private long alignment = 32;

  private final Map<String, Object> values = new HashMap<>();
  private final List<TensorInfo> tensors = new ArrayList<>();
  private long end;

  private GgufReader(ChunkReader reader) {
    this.reader = reader;
  }

  /** The header of a file; nothing if it makes no sense or ends early. */
  static Optional<GgufContents> read(ModelFile file) throws IOException {
    try (ChunkReader reader = file.open(0)) {
      return Optional.of(new GgufReader(reader).contents());
    } catch (CutOffException e) {
      return Optional.empty();
    }
  }

  private static final class CutOffException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private GgufContents contents() throws IOException {
    skip(8);
    long count = number(8);
    long keys = number(8);
    for (long i = 0; i < keys; i++) {
      String key = text();
      int type = (int) number(4);
      value(type).ifPresent(value -> values.put(key, value));
      if (key.equals("general.alignment") && type == 4) {
        alignment = Math.max(1, (long) values.getOrDefault(key, 32L));
      }
    }
    for (long i = 0; i < count; i++) {
      tensor();
    }
    return new GgufContents(values, tensors, Math.ceilDiv(position, alignment) * alignment + end);
  }

  private void tensor() throws IOException {
    String name = text();
    int dimensions = (int) number(4);
    long numbers = 1;
    for (int i = 0; i < dimensions; i++) {
      numbers = saturated(numbers, number(8));
    }
    int type = (int) number(4);
    Block block = TYPES.get(type);
    long offset = number(8);
    // A type that is not known here takes up some room at least.
    long bytes =
        block == null ? 1 : saturated(Math.ceilDiv(numbers, block.numbers()), block.bytes());
    if (offset < 0 || offset > LONGEST << 20) {
      throw new CutOffException();
    }
    tensors.add(
        new TensorInfo(name, block == null ? "type " + type : block.name(), numbers, bytes));
    end = Math.max(end, offset + bytes);
  }

  /** A scalar, a text, or a short list of numbers; other values are passed over. */
  private Optional<Object> value(int type) throws IOException {
    if (type == STRING) {
      long length = number(8);
      if (length > LONGEST_TEXT) {
        skip(length);
        return Optional.empty();
      }
      return Optional.of(text(length));
    }
    if (type == ARRAY) {
      return list();
    }
    if (type < 0 || type >= WIDTHS.length || WIDTHS[type] == 0) {
      throw new CutOffException();
    }
    return Optional.of(scalar(type));
  }

  private Object scalar(int type) throws IOException {
    long bits = number(WIDTHS[type]);
    return switch (type) {
      case 1 -> (long) (byte) bits;
      case 3 -> (long) (short) bits;
      case 5 -> (long) (int) bits;
      case 6 -> (double) Float.intBitsToFloat((int) bits);
      case 7 -> bits != 0;
      case 12 -> Double.longBitsToDouble(bits);
      default -> bits;
    };
  }

  private Optional<Object> list() throws IOException {
    int of = (int) number(4);
    long count = number(8);
    if (of < 0 || of >= WIDTHS.length || WIDTHS[of] == 0 || count < 0 || count > LONGEST_LIST) {
      skipList(of, count, 0);
      return Optional.empty();
    }
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      items.add(scalar(of));
    }
    return Optional.of(items);
  }

  /** A product that no file is as long as, instead of an overflow. */
  private static long saturated(long a, long b) {
    return a < 0 || b < 0 || Math.multiplyHigh(a, b) != 0 || a * b < 0 || a * b > LONGEST << 30
        ? LONGEST << 30
        : a * b;
  }

  private void skipList(int of, long count, int depth) throws IOException {
    if (of >= 0 && of < WIDTHS.length && WIDTHS[of] > 0) {
      skip(saturated(count, WIDTHS[of]));
      return;
    }
    for (long i = 0; i < count; i++) {
      if (of == STRING) {
        skip(number(8));
      } else if (of == ARRAY && depth < 8) {
        skipList((int) number(4), number(8), depth + 1);
      } else {
        throw new CutOffException();
      }
    }
  }

  private String text() throws IOException {
    long length = number(8);
    if (length < 0 || length > LONGEST_TEXT) {
      throw new CutOffException();
    }
    return text(length);
  }

  private String text(long length) throws IOException {
    if (length < 0) {
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
