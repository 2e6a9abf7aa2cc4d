package dev.modelcar.modelregistry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.util.Optional;

/**
 * The value of a custom property. Those of other types than text are kept as they were found.
 *
 * @param metadataType such as {@code MetadataStringValue}
 * @param value as text
 * @param protoType the message type of a {@code MetadataProtoValue}
 */
public record Property(String metadataType, String value, Optional<String> protoType) {
  private static final String STRING = "MetadataStringValue";

  /** A text. Sizes in bytes are texts too: the server's whole numbers end at 2^31. */
  public static Property of(String text) {
    return new Property(STRING, text, Optional.empty());
  }

  /** A value as the API writes it; a plain one, and a number that is none, is a text. */
  public static Property of(JsonNode json) {
    if (!json.isObject()) {
      return of(json.asText());
    }
    String type = Json.text(json, "metadataType").orElse(STRING);
    JsonNode value = json.path(field(type));
    if (type.equals("MetadataDoubleValue") && !value.isNumber()) {
      return of(value.asText());
    }
    return new Property(type, value.asText(), Json.text(json, "type").filter(x -> isProto(type)));
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("metadataType", metadataType);
    protoType.ifPresent(type -> json.put("type", type));
    String field = field(metadataType);
    return switch (metadataType) {
      case "MetadataBoolValue" -> json.put(field, Boolean.parseBoolean(value));
      case "MetadataDoubleValue" -> json.put(field, Double.parseDouble(value));
      default -> json.put(field, value);
    };
  }

  private static boolean isProto(String type) {
    return type.equals("MetadataProtoValue");
  }

  private static String field(String type) {
    return switch (type) {
      case "MetadataIntValue" -> "int_value";
      case "MetadataDoubleValue" -> "double_value";
      case "MetadataBoolValue" -> "bool_value";
      case "MetadataStructValue" -> "struct_value";
      case "MetadataProtoValue" -> "proto_value";
      default -> "string_value";
    };
  }
}
