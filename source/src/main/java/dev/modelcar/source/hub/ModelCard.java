package dev.modelcar.source.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The front matter of a model card. The Hub reads the same lines, so a cached model has the same
 * metadata as online.
 */
record ModelCard(List<String> licenses) {
  private static final int MOST = 1 << 20;
  private static final String FENCE = "---";

  ModelCard {
    licenses = List.copyOf(licenses);
  }

  /** Reads the card of a folder; empty if it is missing or invalid. */
  static ModelCard of(Path folder) {
    try (InputStream in = Files.newInputStream(folder.resolve("README.md"))) {
      return parse(new String(in.readNBytes(MOST), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new ModelCard(List.of());
    }
  }

  static ModelCard parse(String text) {
    List<String> words = new ArrayList<>();
    boolean inLicense = false;
    boolean first = true;
    for (String line : (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList()) {
      if (first) {
        first = false;
        if (!line.strip().equals(FENCE)) {
          return new ModelCard(List.of());
        }
        continue;
      }
      if (line.strip().equals(FENCE)) {
        return new ModelCard(words);
      }
      String stripped = line.strip();
      if (inLicense && stripped.startsWith("- ")) {
        add(words, stripped.substring(2));
      } else if (line.startsWith("license:")) {
        inLicense = true;
        addAll(words, line.substring("license:".length()).strip());
      } else if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        inLicense = false;
      }
    }
    // Without an end it is no front matter.
    return new ModelCard(List.of());
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
