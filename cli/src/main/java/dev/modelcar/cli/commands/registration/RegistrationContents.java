package dev.modelcar.cli.commands.registration;

import dev.modelcar.modelregistry.Contents;
import dev.modelcar.packaging.facts.ImageFacts;
import dev.modelcar.source.ModelCard;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the facts about an image are in the words of a Model Registry. */
final class RegistrationContents {
  /** A server on PostgreSQL takes little more. */
  private static final int LONGEST_CARD = 60_000;

  private final ImageFacts facts;
  private final ModelCard card;

  RegistrationContents(ImageFacts facts) {
    this.facts = facts;
    this.card = ModelCard.parse(facts.card().orElse(""));
  }

  Contents model() {
    Contents model =
        Contents.none()
            .with("provider", facts.annotation("vendor"))
            .with("license", license())
            .with("language", languages())
            .with("tasks", card.task().stream().toList())
            .with("libraryName", card.library())
            .with("readme", facts.card().map(RegistrationContents::cut));
    return model.withProperty("model_type", generative() ? Optional.of("generative") : empty());
  }

  Contents version() {
    return Contents.none()
        .withProperty("source", facts.annotation("url"))
        .withProperty("source_revision", facts.annotation("revision"))
        .withProperty("license", license())
        .withProperty("base_model", joined(card.baseModels()))
        .withProperty("architecture", facts.config().architecture())
        .withProperty("parameters", facts.weights().parameters().map(String::valueOf))
        .withProperty("dtype", facts.config().dtype().or(() -> facts.weights().dtype()))
        .withProperty("quantization", facts.config().quantization())
        .withProperty("context_length", facts.config().contextLength().map(String::valueOf))
        .withProperty("languages", joined(languages()))
        .withProperty("tags", joined(card.tags()))
        .withProperty("image_digest", facts.digest().toString())
        .withProperty("size_bytes", Long.toString(facts.bytes()));
  }

  Contents artifact() {
    Contents artifact =
        Contents.none()
            .withProperty("image_digest", facts.digest().toString())
            .withProperty("size_bytes", Long.toString(facts.bytes()))
            .with("modelFormatName", format())
            .with("modelFormatVersion", format().map(name -> "1"));
    Optional<String> repository = facts.annotation("url").flatMap(RegistrationContents::onHub);
    if (repository.isEmpty()) {
      return artifact;
    }
    return artifact
        .with("modelSourceKind", "hf")
        .with("modelSourceClass", "repo")
        .with("modelSourceGroup", repository.get().replaceFirst("/.*", ""))
        .with("modelSourceName", repository.get())
        .with("modelSourceId", facts.annotation("revision"));
  }

  /** The names by which serving runtimes say what they support. */
  private Optional<String> format() {
    return facts.weights().format().map(found -> found.equals("safetensors") ? "vLLM" : found);
  }

  Optional<String> license() {
    return facts.annotation("licenses").or(() -> card.licenses().stream().findFirst());
  }

  List<String> languages() {
    String label = facts.annotations().getOrDefault("dev.modelcar.languages", "");
    return label.isEmpty() ? card.languages() : Arrays.asList(label.split(","));
  }

  private boolean generative() {
    String architecture = facts.config().architecture().orElse("");
    return card.task().orElse("").contains("generation")
        || architecture.endsWith("ForCausalLM")
        || architecture.endsWith("ForConditionalGeneration");
  }

  /** The repository in the address of a model on the Hub, or on a mirror of it. */
  private static Optional<String> onHub(String url) {
    try {
      String path = String.valueOf(new URI(url).getPath()).replaceFirst("^/+", "");
      return path.matches("[^/]+/[^/]+") ? Optional.of(path) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_CARD
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_CARD / 2)) + "\n…";
  }

  private static Optional<String> joined(List<String> words) {
    return Optional.of(String.join(",", words)).filter(text -> !text.isEmpty());
  }

  private static Optional<String> empty() {
    return Optional.empty();
  }
}
