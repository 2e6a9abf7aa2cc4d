package dev.modelcar.findings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All rules.
 *
 * @param rules in the order in which they are tried, the particular before the general
 */
public record Catalogue(List<Rule> rules) {
  private static final String FOLDER = "/dev/modelcar/findings/rules/";

  /** The files that are read; a rule is tried before those of later files. */
  private static final List<String> FILES =
      List.of(
          "hub.yaml",
          "modelregistry.yaml",
          "storage.yaml",
          "tools.yaml",
          "delivery.yaml",
          "objectstorage.yaml",
          "registry.yaml",
          "kubernetes.yaml",
          "tekton.yaml",
          "vllm.yaml",
          "servers.yaml",
          "serving.yaml",
          "preflight.yaml",
          "lint.yaml");

  /**
   * @throws IllegalArgumentException if two rules have the same id
   */
  public Catalogue {
    rules = List.copyOf(rules);
    Set<String> ids = new HashSet<>();
    for (Rule rule : rules) {
      if (!ids.add(rule.id())) {
        throw new IllegalArgumentException("two rules have the id " + rule.id());
      }
    }
  }

  /** The rules that this program knows. */
  public static Catalogue standard() {
    List<Rule> rules = new ArrayList<>();
    for (String file : FILES) {
      try (InputStream in = Catalogue.class.getResourceAsStream(FOLDER + file)) {
        if (in == null) {
          throw new IllegalStateException("no resource " + FOLDER + file);
        }
        rules.addAll(RuleReader.read(file, in.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Catalogue(rules);
  }

  /** The rule with this id, if there is one. */
  public Optional<Rule> find(String id) {
    return rules.stream().filter(rule -> rule.id().equals(id)).findFirst();
  }
}
