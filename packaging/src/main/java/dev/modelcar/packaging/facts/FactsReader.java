package dev.modelcar.packaging.facts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.ImageSummary;
import dev.modelcar.oci.image.LayerFiles;
import dev.modelcar.oci.tar.TarStream;
import dev.modelcar.packaging.layers.LayerAnnotations;
import dev.modelcar.packaging.weights.SafetensorsHeader;
import dev.modelcar.packaging.weights.TensorInfo;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads {@link ImageFacts} from an image where it is: its documents, and of its layers the small
 * files and the headers of weights, by range. No weights are read.
 */
public final class FactsReader {
  private static final int LARGEST_FILE = 4 << 20;
  private static final int LARGEST_HEADER = 32 << 20;

  /** A compressed layer has to be read from its start. */
  private static final long LARGEST_COMPRESSED = 64 << 20;

  private final ImageReader reader;
  private final int parallel;

  public FactsReader(ImageReader reader, int parallel) {
    this.reader = reader;
    this.parallel = parallel;
  }

  /** What one layer has. */
  private record Found(
      Map<String, byte[]> files,
      List<TensorInfo> tensors,
      List<String> weights,
      List<String> notes) {
    static Found none() {
      return new Found(new TreeMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /** Reads the facts of an image; it must be there, all else may be missing. */
  public ImageFacts read(ImageReference reference) {
    ImageSummary summary = ImageSummary.read(reader, reference);
    List<Descriptor> layers = modelLayers(summary.layers());
    List<Found> found = Threads.map(layers, parallel, "reading the model's metadata", this::look);
    Map<String, byte[]> files = new HashMap<>();
    found.forEach(one -> one.files().forEach(files::putIfAbsent));
    List<String> notes = new ArrayList<>();
    found.forEach(one -> notes.addAll(one.notes()));
    return new ImageFacts(
        summary.raw().digest(),
        summary.size(),
        summary.annotations(),
        Optional.ofNullable(files.get("README.md"))
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8)),
        config(files, notes),
        weights(found, notes.isEmpty()),
        List.copyOf(notes));
  }

  /** Layers that modelcar has made have a recipe; without any such, all but the artifacts. */
  private static List<Descriptor> modelLayers(List<Descriptor> all) {
    List<Descriptor> layers =
        all.stream().filter(layer -> layer.mediaType().contains(".tar")).distinct().toList();
    List<Descriptor> ours =
        layers.stream().filter(layer -> LayerAnnotations.read(layer).isPresent()).toList();
    return ours.isEmpty() ? layers : ours;
  }

  private Found look(Descriptor layer) {
    Found found = Found.none();
    boolean compressed = !layer.mediaType().endsWith(".tar");
    if (compressed && layer.size() > LARGEST_COMPRESSED) {
      found
          .notes()
          .add("the layer %s is compressed and large, and was not read".formatted(layer.digest()));
      return found;
    }
    try {
      LayerFiles.visit(
          reader,
          layer,
          (file, content) -> {
            look(file, content, found);
            return true;
          });
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      found.notes().add(String.valueOf(e.getMessage()));
    }
    return found;
  }

  private static void look(TarStream.Entry file, InputStream content, Found found)
      throws IOException {
    String path = file.path().replaceFirst("^(\\./|/)", "");
    if (!path.startsWith("models/")) {
      return;
    }
    String name = path.substring("models/".length());
    if (name.equals("config.json") || name.equals("README.md")) {
      found.files().put(name, content.readNBytes(LARGEST_FILE));
    } else if (name.endsWith(".safetensors")) {
      found.weights().add("safetensors");
      tensors(name, file.size(), content, found);
    } else if (name.endsWith(".gguf") || name.endsWith(".onnx")) {
      found.weights().add(name.substring(name.length() - 4));
    }
  }

  private static void tensors(String name, long size, InputStream content, Found found)
      throws IOException {
    byte[] prefix = content.readNBytes(8);
    long length =
        prefix.length < 8 ? 0 : ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length <= 0 || length > LARGEST_HEADER) {
      found.notes().add("the header of %s cannot be read".formatted(name));
      return;
    }
    byte[] head = new byte[8 + (int) length];
    System.arraycopy(prefix, 0, head, 0, 8);
    content.readNBytes(head, 8, (int) length);
    try {
      found
          .tensors()
          .addAll(
              SafetensorsHeader.read(
                  new ModelFile(
                      name, size, Optional.empty(), Optional.empty(), offset -> chunk(head)),
                  head.length));
    } catch (ModelcarException e) {
      found.notes().add(String.valueOf(e.getMessage()));
    }
  }

  private static ChunkReader chunk(byte[] head) {
    ByteBuffer all = ByteBuffer.wrap(head);
    return new ChunkReader() {
      @Override
      public ByteBuffer next() {
        return all;
      }

      @Override
      public void close() {}
    };
  }

  private static ImageFacts.Config config(Map<String, byte[]> files, List<String> notes) {
    byte[] bytes = files.get("config.json");
    if (bytes == null) {
      return ImageFacts.Config.none();
    }
    JsonNode json;
    try {
      json = Json.parseOfPython(bytes);
    } catch (InvalidJsonException e) {
      notes.add("config.json is not JSON: " + e.getMessage());
      return ImageFacts.Config.none();
    }
    JsonNode text = json.path("text_config");
    OptionalLong context = Json.number(json, "max_position_embeddings");
    if (context.isEmpty()) {
      context = Json.number(text, "max_position_embeddings");
    }
    JsonNode first = json.path("architectures").path(0);
    return new ImageFacts.Config(
        Optional.of(first).filter(JsonNode::isTextual).map(JsonNode::textValue),
        Stream.of(json, text)
            .flatMap(
                node -> Stream.of("torch_dtype", "dtype").flatMap(k -> Json.text(node, k).stream()))
            .findFirst(),
        quantization(json.path("quantization_config")),
        context.stream().filter(tokens -> tokens > 0).boxed().findFirst());
  }

  private static Optional<String> quantization(JsonNode json) {
    OptionalLong bits = Json.number(json, "bits");
    return Json.text(json, "quant_method")
        .map(method -> bits.isPresent() ? method + "-" + bits.getAsLong() + "bit" : method);
  }

  private static ImageFacts.Weights weights(List<Found> found, boolean complete) {
    Optional<String> format = found.stream().flatMap(one -> one.weights().stream()).findFirst();
    Map<String, Long> bytes = new TreeMap<>();
    long parameters = 0;
    for (Found one : found) {
      for (TensorInfo tensor : one.tensors()) {
        bytes.merge(tensor.dtype(), tensor.bytes(), Long::sum);
        parameters += tensor.elements();
      }
    }
    boolean countable =
        complete && !bytes.isEmpty() && bytes.keySet().stream().allMatch(FactsReader::isFloat);
    return new ImageFacts.Weights(
        format,
        bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey),
        countable ? Optional.of(parameters) : Optional.empty());
  }

  /** A number for each parameter, and not several packed into one. */
  private static boolean isFloat(String dtype) {
    return dtype.matches("BF16|F(16|32|64|8_.*)");
  }
}
