package dev.modelcar.testkit.sizes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A published figure: a log of vLLM, or a table.
 *
 * @param row its number
 * @param model and hardware, in words
 * @param config the model's {@code config.json}, without what does not matter to memory
 * @param figures how it was started, and what was published, by key
 */
public record PublishedSize(String row, String model, String config, JsonNode figures) {

  /** All of them, in their order. */
  public static List<PublishedSize> all() {
    return read("published.json");
  }

  /** Figures computed by hand for more architectures; each says how. */
  public static List<PublishedSize> byHand() {
    return read("by-hand.json");
  }

  private static List<PublishedSize> read(String name) {
    ObjectMapper mapper = new ObjectMapper();
    try (InputStream in =
        Objects.requireNonNull(PublishedSize.class.getResourceAsStream(name), name)) {
      JsonNode file = mapper.readTree(in);
      List<PublishedSize> sizes = new ArrayList<>();
      for (JsonNode row : file.path("rows")) {
        sizes.add(
            new PublishedSize(
                row.path("row").asText(),
                row.path("model").asText(),
                mapper.writeValueAsString(file.path("configs").path(row.path("config").asText())),
                row));
      }
      return sizes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Optional<String> text(String key) {
    return figures.has(key) ? Optional.of(figures.path(key).asText()) : Optional.empty();
  }

  public OptionalDouble number(String key) {
    return figures.has(key)
        ? OptionalDouble.of(figures.path(key).asDouble())
        : OptionalDouble.empty();
  }

  public Optional<Boolean> flag(String key) {
    return figures.has(key) ? Optional.of(figures.path(key).asBoolean()) : Optional.empty();
  }

  @Override
  public String toString() {
    return row + " " + model;
  }
}
