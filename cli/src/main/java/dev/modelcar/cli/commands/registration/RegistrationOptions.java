package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.Usage;
import dev.modelcar.modelregistry.Contents;
import dev.modelcar.modelregistry.Registration;
import dev.modelcar.packaging.facts.ImageFacts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is registered, beside the image. */
public final class RegistrationOptions {
  @Mixin ServerOptions server = new ServerOptions();

  @Option(names = "--model", paramLabel = "NAME", description = "name of the registered model")
  @Nullable String model;

  @Option(names = "--version", paramLabel = "NAME", description = "name of the model's version")
  @Nullable String version;

  @Option(
      names = "--replace",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "let a version that points to another image point to this one")
  boolean replace;

  @Option(names = "--description", paramLabel = "TEXT", description = "describes the version")
  String description = "";

  @Option(names = "--author", paramLabel = "NAME", description = "author of the version")
  String author = "";

  @Option(
      names = "--model-format",
      paramLabel = "NAME[:VERSION]",
      description = "format that a serving runtime is chosen by (default: by the weights)")
  String format = "";

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "a custom property of the version; repeatable")
  Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--property-unless-empty",
      paramLabel = "KEY=VALUE",
      hidden = true,
      description = "for pipelines: as --property, without those that are empty or none")
  Map<String, String> optionalProperties = new LinkedHashMap<>();

  /** Properties by which others find the image again. */
  private static final Set<String> OWN = Set.of("image_digest", "size_bytes");

  /** Whether anything of it was given, which is a mistake unless something is registered. */
  boolean isGiven() {
    return model != null
        || version != null
        || replace
        || server.isGiven()
        || !(description + author).isEmpty()
        || !properties.isEmpty()
        || !optionalProperties.isEmpty();
  }

  void check() {
    if (model == null || version == null) {
      throw Usage.invalid("missing " + (model == null ? "--model NAME" : "--version NAME"));
    }
    Stream.concat(properties.keySet().stream(), optionalProperties.keySet().stream())
        .filter(OWN::contains)
        .findFirst()
        .ifPresent(key -> {
          throw Usage.invalid("--property cannot set %s: it follows from the image".formatted(key));
        });
  }

  /** The registration of an image whose facts are known. */
  Registration of(String uri, ImageFacts facts) {
    RegistrationContents contents = new RegistrationContents(facts);
    return new Registration(
        String.valueOf(model),
        String.valueOf(version),
        String.valueOf(model),
        contents.model(),
        contents.version().and(own()),
        contents.artifact().and(format()),
        uri,
        Optional.of(facts.digest()),
        replace);
  }

  /** The registration of an image that is yet to be pushed. */
  Registration of(String uri) {
    return new Registration(
        String.valueOf(model),
        String.valueOf(version),
        String.valueOf(model),
        Contents.none(),
        own(),
        format(),
        uri,
        Optional.empty(),
        replace);
  }

  private Contents own() {
    Contents own = Contents.none().with("description", description).with("author", author);
    for (Map.Entry<String, String> property : optionalProperties.entrySet()) {
      if (!property.getValue().isBlank() && !property.getValue().equals("none")) {
        own = own.withProperty(property.getKey(), property.getValue());
      }
    }
    for (Map.Entry<String, String> property : properties.entrySet()) {
      own = own.withProperty(property.getKey(), property.getValue());
    }
    return own;
  }

  /** The name of the format, if one was given. */
  public Optional<String> formatName() {
    return Optional.of(format.split(":", 2)[0]).filter(name -> !name.isEmpty());
  }

  private Contents format() {
    String[] parts = format.split(":", 2);
    return Contents.none()
        .with("modelFormatName", parts[0])
        .with("modelFormatVersion", parts.length > 1 ? parts[1] : "");
  }
}
