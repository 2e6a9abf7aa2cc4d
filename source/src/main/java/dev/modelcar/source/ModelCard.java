package dev.modelcar.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the front matter of a model card says: keys of the first level, each with a scalar or a
 * plain list, as the Hub's metadata has them. Anything else in it is passed over.
 */
public record ModelCard(Map<String, List<String>> fields) {
  private static final int MOST = 1 << 20;
  private static final String FENCE = "---";
  private static final Pattern KEY = Pattern.compile("([A-Za-z][\\w-]*):(?:\\s(.*))?");

  public ModelCard {
    fields = Map.copyOf(fields);
  }

  /** Reads the card of a folder; empty if it is missing or invalid. */
  public static ModelCard of(Path folder) {
    try (InputStream in = Files.newInputStream(folder.resolve("README.md"))) {
      return parse(new String(in.readNBytes(MOST), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new ModelCard(Map.of());
    }
  }

  /** SPDX identifiers. */
  public List<String> licenses() {
    return field("license").stream().distinct().map(Licenses::spdx).toList();
  }

  public List<String> languages() {
    return field("language");
  }

  /** The model's name for people. */
  public Optional<String> title() {
    return Stream.of("model_name", "title").flatMap(key -> field(key).stream()).findFirst();
  }

  /** The models that this one was made of. */
  public List<String> baseModels() {
    return field("base_model");
  }

  public List<String> tags() {
    return field("tags");
  }

  /** What it is for, in the Hub's words, such as {@code text-generation}. */
  public Optional<String> task() {
    return field("pipeline_tag").stream().findFirst();
  }

  /** The library that runs it, such as {@code transformers}. */
  public Optional<String> library() {
    return field("library_name").stream().findFirst();
  }

  private List<String> field(String key) {
    return fields.getOrDefault(key, List.of());
  }

  /** Reads a card's text; empty if it has no front matter. */
  public static ModelCard parse(String text) {
    Map<String, List<String>> fields = new TreeMap<>();
    List<String> words = new ArrayList<>();
    boolean first = true;
    for (String line : (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList()) {
      String stripped = line.strip();
      if (first) {
        first = false;
        if (!stripped.equals(FENCE)) {
          return new ModelCard(Map.of());
        }
        continue;
      }
      if (stripped.equals(FENCE)) {
        return new ModelCard(fields);
      }
      Matcher key = KEY.matcher(line);
      if (stripped.startsWith("- ")) {
        add(words, stripped.substring(2));
      } else if (key.matches()) {
        words = new ArrayList<>();
        fields.put(key.group(1), words);
        addAll(words, Optional.ofNullable(key.group(2)).orElse("").strip());
      } else if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        words = new ArrayList<>();
      }
    }
    // Without an end it is no front matter.
    return new ModelCard(Map.of());
  }

  /** A scalar, or a list in one line. */
  private static void addAll(List<String> words, String value) {
    if (value.startsWith("[") && value.contains("]")) {
      for (String word : value.substring(1, value.indexOf(']')).split(",", -1)) {
        add(words, word);
      }
    } else {
      add(words, value);
    }
  }

  private static void add(List<String> words, String text) {
    String word = text.strip();
    char quote = word.isEmpty() ? ' ' : word.charAt(0);
    int end = quote == '"' || quote == '\'' ? word.indexOf(quote, 1) : -1;
    if (end > 0) {
      word = word.substring(1, end);
    } else {
      word = word.replaceFirst("(^|\\s)#.*", "").strip();
    }
    if (!word.isEmpty() && !word.equals("null") && !word.equals("~")) {
      words.add(word);
    }
  }
}
