package dev.modelcar.cli.commands.registration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.modelregistry.Contents;
import dev.modelcar.modelregistry.Property;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The ConfigMap that a transfer job mounts: a file for each field, such as {@code
 * RegisteredModel.name}. Names are written as the API's or with underscores.
 */
record TransferMetadata(Optional<Path> folder) {
  Optional<String> text(String entity, String field) {
    return folder
        .flatMap(path ->
            List.of(field, underscored(field)).stream()
                .map(name -> path.resolve(entity + "." + name))
                .filter(Files::isRegularFile)
                .findFirst())
        .map(TransferJobSettings::read)
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  String needed(String entity, String field) {
    return text(entity, field)
        .orElseThrow(() ->
            Usage.invalid(
                "missing %s.%s in the folder of --metadata-configmap-path"
                    .formatted(entity, field)));
  }

  Contents contents(String entity, List<String> fields) {
    Contents contents = Contents.none();
    for (String field : fields) {
      contents = contents.with(field, text(entity, field));
    }
    Optional<String> properties = text(entity, "customProperties");
    if (properties.isEmpty()) {
      return contents;
    }
    try {
      for (Map.Entry<String, JsonNode> one : Json.parse(properties.get()).properties()) {
        contents = contents.withProperty(one.getKey(), Property.of(one.getValue()));
      }
    } catch (InvalidJsonException e) {
      throw Usage.invalid("%s.customProperties is not JSON: %s".formatted(entity, e.getMessage()));
    }
    return contents;
  }

  private static String underscored(String field) {
    return field.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
