package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.modelcar.core.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML or JSON of any number of documents into JSON. A document that cannot be read does not
 * hide the others. Memory is bounded: aliases that multiply are refused.
 */
public final class YamlDocuments {
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^---(?=\\s|$)[ \\t]*");
  private static final int MOST_NODES = 2_000_000;
  private static final int MOST_DEPTH = 64;

  private final List<JsonNode> documents = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private int nodes;

  private YamlDocuments() {}

  /** Reads a text; what is wrong with it is in {@link #problems()}. */
  public static YamlDocuments read(String text) {
    YamlDocuments all = new YamlDocuments();
    if (!all.asJson(text)) {
      for (String document : SEPARATOR.split(text.replace("\r\n", "\n"), -1)) {
        all.add(document);
      }
    }
    return all;
  }

  public List<JsonNode> documents() {
    return List.copyOf(documents);
  }

  /** Why a document could not be read, one line each. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  private boolean asJson(String text) {
    if (!text.stripLeading().startsWith("{")) {
      return false;
    }
    try {
      documents.add(Json.parse(text));
      return true;
    } catch (Json.InvalidJsonException e) {
      // It may still be YAML, or several documents.
      return false;
    }
  }

  private void add(String document) {
    if (document.isBlank()) {
      return;
    }
    try {
      // A tab cannot indent, but people paste them; snakeyaml names the line.
      Object value =
          new Load(
                  LoadSettings.builder()
                      .setCodePointLimit(1 << 28)
                      .setMaxAliasesForCollections(100)
                      .setAllowDuplicateKeys(true)
                      .build())
              .loadFromString(document);
      nodes = 0;
      tree(value, 0).ifPresent(documents::add);
    } catch (YamlEngineException | IllegalArgumentException | StackOverflowError e) {
      boolean template = document.contains("{{");
      problems.add(
          template
              ? "a template, not YAML: render it first"
              : e instanceof MarkedYamlEngineException marked
                  ? problem(document, marked)
                  : firstLine(String.valueOf(e.getMessage())));
    }
  }

  private static String problem(String document, MarkedYamlEngineException e) {
    String format = document.stripLeading().startsWith("{") ? "JSON" : "YAML";
    String at =
        e.getProblemMark()
            .map(mark ->
                " at line %d, column %d".formatted(mark.getLine() + 1, mark.getColumn() + 1))
            .orElse("");
    String problem = String.valueOf(e.getProblem());
    return "not %s%s: %s"
        .formatted(
            format,
            at,
            problem.contains("<stream end>") ? "the text ends early" : firstLine(problem));
  }

  private static String firstLine(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("not YAML");
  }

  private Optional<JsonNode> tree(@Nullable Object value, int depth) {
    return value == null ? Optional.empty() : Optional.of(node(value, depth));
  }

  private JsonNode node(@Nullable Object value, int depth) {
    if (++nodes > MOST_NODES || depth > MOST_DEPTH) {
      throw new IllegalArgumentException("too large or too deep: aliases that multiply, perhaps");
    }
    return switch (value) {
      case null -> NullNode.getInstance();
      case String text -> TextNode.valueOf(text);
      case Boolean flag -> BooleanNode.valueOf(flag);
      case Integer number -> LongNode.valueOf(number);
      case Long number -> LongNode.valueOf(number);
      case BigInteger number -> BigIntegerNode.valueOf(number);
      case Double number -> DoubleNode.valueOf(number);
      case Map<?, ?> map -> {
        ObjectNode object = Json.object();
        map.forEach((key, each) -> object.set(String.valueOf(key), node(each, depth + 1)));
        yield object;
      }
      case Iterable<?> list -> {
        ArrayNode array = Json.array();
        list.forEach(each -> array.add(node(each, depth + 1)));
        yield array;
      }
      default -> TextNode.valueOf(String.valueOf(value));
    };
  }
}
