package dev.modelcar.cli.documents;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.http.SafeUri;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON that commands print. Documents are records whose components are the keys; an
 * empty {@link Optional} has none. Keys are only ever added.
 */
public final class DocumentWriter {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .withConfigOverride(
              Optional.class,
              optional ->
                  optional.setInclude(
                      JsonInclude.Value.construct(
                          JsonInclude.Include.NON_EMPTY, JsonInclude.Include.USE_DEFAULTS)))
          .addModule(
              new SimpleModule()
                  .addSerializer(Digest.class, ToStringSerializer.instance)
                  .addSerializer(Optional.class, new StdDelegatingSerializer(new OrNull())))
          .build();

  private DocumentWriter() {}

  private static final class OrNull extends StdConverter<Optional<?>, @Nullable Object> {
    @Override
    public @Nullable Object convert(Optional<?> value) {
      return value.orElse(null);
    }
  }

  /** One document with the keys of all parts, in their order; parts are records or maps. */
  public static ObjectNode tree(Object... parts) {
    ObjectNode json = Json.object();
    for (Object part : parts) {
      json.setAll(MAPPER.<ObjectNode>valueToTree(part));
    }
    hidePasswords(json);
    return json;
  }

  /** Those of URLs, wherever a text quotes one. */
  private static void hidePasswords(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getValue().isTextual()) {
          field.setValue(hidden(field.getValue()));
        } else {
          hidePasswords(field.getValue());
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual()) {
          array.set(i, hidden(array.get(i)));
        } else {
          hidePasswords(array.get(i));
        }
      }
    }
  }

  private static JsonNode hidden(JsonNode node) {
    String text = node.asText();
    String clean = SafeUri.withoutPasswords(text);
    return clean.equals(text) ? node : TextNode.valueOf(clean);
  }
}
