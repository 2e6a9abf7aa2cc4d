package dev.modelcar.packaging.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file (safetensors README, "Format"): its length, then JSON that
 * places each tensor. A header is accepted only if its tensors fill the rest of the file exactly,
 * so a file that was cut, or is something else, is found out from its first bytes.
 */
public final class SafetensorsHeader {
  /** What is asked for at first when nothing tells how long the header is. */
  public static final int USUAL_LENGTH = 128 << 10;

  private static final long MAX_LENGTH = 100_000_000;
  private static final int PREFIX = 8;

  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("BOOL", 8),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F32", 32),
          Map.entry("C64", 64),
          Map.entry("F64", 64),
          Map.entry("I64", 64),
          Map.entry("U64", 64));

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(16).maxNameLength(1 << 20).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // The format knows UTF-8 only; what is not must not be taken for UTF-16 or UTF-32.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private record Placed(TensorInfo tensor, long begin, long end) {}

  private SafetensorsHeader() {}

  /**
   * Reads the header of a file, with one read where the guess is long enough, else with two.
   *
   * @param guess how many bytes to ask for
   * @return its tensors, in the order of their data
   * @throws ModelcarException {@link PackagingError#WEIGHTS_INVALID} with what is wrong
   */
  public static List<TensorInfo> read(ModelFile file, int guess) throws IOException {
    if (file.size() == 0) {
      throw invalid(file.path(), "it is empty");
    }
    byte[] head = file.head(guess);
    if (head.length < PREFIX) {
      throw invalid(file.path(), "it has only %d bytes, less than a header".formatted(head.length));
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_LENGTH || length > file.size() - PREFIX) {
      throw invalid(
          file.path(),
          length > 0 && length <= MAX_LENGTH
              ? "it has %d bytes, but its header alone has %d: the file is truncated"
                  .formatted(file.size(), length)
              : "it does not start with a header: not a safetensors file");
    }
    int end = (int) (PREFIX + length);
    if (head.length < end) {
      head = file.head(end);
    }
    return check(file.path(), parse(file.path(), head, (int) length), file.size() - end);
  }

  private static List<Placed> parse(String path, byte[] head, int length) throws IOException {
    List<Placed> tensors = new ArrayList<>();
    try (JsonParser json = JSON.createParser(head, PREFIX, length)) {
      if (head[PREFIX] != '{' || json.nextToken() != JsonToken.START_OBJECT) {
        throw invalid(path, "its header is not a JSON object: not a safetensors file");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value != JsonToken.START_OBJECT) {
          throw invalid(
              path, "its header entry \"%s\" is not an object".formatted(printable(name)));
        }
        if (name.equals("__metadata__")) {
          json.skipChildren();
        } else {
          tensors.add(tensor(path, name, json));
        }
      }
      if (json.nextToken() != null) {
        throw invalid(path, "there is data after the JSON of its header");
      }
    } catch (IOException e) {
      throw invalid(path, "its header is not JSON: the file is damaged");
    }
    return tensors;
  }

  private static Placed tensor(String path, String name, JsonParser json) throws IOException {
    String dtype = "";
    long elements = -1;
    List<Long> offsets = List.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = json.getText();
        case "shape" -> elements = product(path, name, numbers(path, name, json));
        case "data_offsets" -> offsets = numbers(path, name, json);
        default -> json.skipChildren();
      }
    }
    Integer bits = BITS.get(dtype);
    if (bits == null || elements < 0 || offsets.size() != 2) {
      throw invalid(
          path, "its header entry for the tensor \"%s\" is incomplete".formatted(printable(name)));
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    long expected;
    try {
      long size = Math.multiplyExact(elements, (long) bits);
      expected = size % 8 == 0 ? size / 8 : -1;
    } catch (ArithmeticException e) {
      expected = -1;
    }
    if (begin < 0 || end < begin || end - begin != expected) {
      throw invalid(
          path,
          "its header gives the tensor \"%s\" %d bytes, which does not match its shape"
              .formatted(printable(name), end - begin));
    }
    return new Placed(new TensorInfo(name, dtype, elements, expected), begin, end);
  }

  private static List<Long> numbers(String path, String name, JsonParser json) throws IOException {
    List<Long> numbers = new ArrayList<>();
    if (!json.isExpectedStartArrayToken()) {
      throw invalid(path, "its header value \"%s\" is not a list".formatted(printable(name)));
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || numbers.size() > 64) {
        throw invalid(
            path,
            "its header value \"%s\" does not consist of integers".formatted(printable(name)));
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private static long product(String path, String name, List<Long> shape) {
    long product = 1;
    try {
      for (long dimension : shape) {
        product = Math.multiplyExact(product, dimension);
      }
    } catch (ArithmeticException e) {
      product = -1;
    }
    if (product < 0) {
      throw invalid(
          path,
          "its header gives the tensor \"%s\" an impossible shape".formatted(printable(name)));
    }
    return product;
  }

  /** Sorted by place, the tensors follow each other without gap or overlap up to the end. */
  private static List<TensorInfo> check(String path, List<Placed> tensors, long dataSize) {
    tensors.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
    long at = 0;
    for (Placed placed : tensors) {
      if (placed.begin() != at) {
        throw invalid(
            path,
            "its header leaves a gap or an overlap before the tensor \"%s\""
                .formatted(printable(placed.tensor().name())));
      }
      at = placed.end();
    }
    if (at != dataSize) {
      throw invalid(
          path,
          at > dataSize
              ? "its header declares %d bytes of tensors, but %d are present: the file is truncated"
                  .formatted(at, dataSize)
              : "its header accounts for %d bytes of tensors, but %d are present"
                  .formatted(at, dataSize));
    }
    return tensors.stream().map(Placed::tensor).toList();
  }

  private static String printable(String name) {
    String clean = name.replaceAll("[^ -~]", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "…" : clean;
  }

  private static ModelcarException invalid(String path, String why) {
    return new ModelcarException(
        PackagingError.WEIGHTS_INVALID, "the weights in " + path + " cannot be used: " + why);
  }
}
