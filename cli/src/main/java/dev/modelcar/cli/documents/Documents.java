package dev.modelcar.cli.documents;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import java.io.IOException;
import java.util.Optional;

/**
 * Writes the JSON that commands print. Documents are records whose components are the keys; an
 * empty {@link Optional} has none. Keys are only ever added.
 */
public final class Documents {
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
                  .addSerializer(new OptionalSerializer()))
          .build();

  private Documents() {}

  /** One document with the keys of all parts, in their order; parts are records or maps. */
  public static ObjectNode tree(Object... parts) {
    ObjectNode json = Json.object();
    for (Object part : parts) {
      json.setAll(MAPPER.<ObjectNode>valueToTree(part));
    }
    return json;
  }

  private static final class OptionalSerializer extends StdSerializer<Optional<?>> {
    private static final long serialVersionUID = 1L;

    OptionalSerializer() {
      super(Optional.class, false);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Optional<?> value) {
      return value.isEmpty();
    }

    @Override
    public void serialize(Optional<?> value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(value.orElseThrow(), json);
    }
  }
}
