package dev.modelcar.lint;

import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.schema.Schemas.Tekton;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Place;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Sequence;
import dev.modelcar.lint.tree.YamlFile;
import dev.modelcar.lint.tree.YamlFile.Document;
import dev.modelcar.lint.tree.YamlFile.Fault;
import dev.modelcar.lint.tree.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says of files what an API server would do with them, and what else is wrong. */
public final class Linter {
  /** What an API server takes at once. */
  private static final int MOST_BYTES = 3 << 20;

  private static final int LARGE = 1 << 20;

  private final ObjectLinter objects;

  /**
   * @param schemas of the kinds that are known
   * @param tekton the release whose checks apply
   */
  public Linter(Schemas schemas, Tekton tekton) {
    this.objects = new ObjectLinter(schemas, tekton);
  }

  /**
   * Looks at a file; whatever is in it, the result says so.
   *
   * @param name as findings show it
   */
  public LintedFile lint(String name, byte[] bytes) {
    Problems problems = new Problems();
    if (isData(bytes)) {
      problems.add(
          Rule.KIND_LEFT_ALONE,
          Place.START,
          "",
          "no Kubernetes object: there is no apiVersion in it",
          "",
          Optional.empty());
      return new LintedFile(name, YamlReader.read(new byte[0]), List.of(), problems.list());
    }
    YamlFile yaml = YamlReader.read(bytes);
    Optional<Place> template = Templates.find(yaml.text());
    if (template.isPresent()) {
      problems.add(
          Rule.TEMPLATE_SKIPPED,
          template.get(),
          "",
          "this is a template, not a manifest: not checked",
          "Lint what it renders to: `helm template … | modelcar lint -`.",
          Optional.empty());
      return new LintedFile(name, yaml, List.of(), problems.list());
    }
    List<LintedObject> found = new ArrayList<>();
    for (Document document : yaml.documents()) {
      for (Fault fault : document.problems()) {
        fault(fault, problems);
      }
      add(At.root(document.root()), found, problems);
    }
    yaml.fault()
        .ifPresent(fault -> {
          int line = Math.max(1, fault.place().line());
          boolean variable =
              fault.kind() == Fault.Kind.SYNTAX
                  && yaml.text().lines().skip(line - 1L).limit(1).anyMatch(Templates::hasVariable);
          if (variable) {
            problems.add(
                Rule.TEMPLATE_SKIPPED,
                fault.place(),
                "",
                "a variable such as ${NAME} stands where YAML has none: not checked from here on",
                "Lint what it becomes: `envsubst < FILE | modelcar lint -`.",
                Optional.empty());
          } else {
            fault(fault, problems);
          }
        });
    if (bytes.length > MOST_BYTES && found.size() == 1) {
      problems.add(
          Rule.REQUEST_TOO_LARGE,
          Place.START,
          "",
          "the object has %,d bytes; an API server takes 3 MiB".formatted(bytes.length),
          "",
          Optional.empty());
    }
    return new LintedFile(name, yaml, found, problems.list());
  }

  /** Vocabularies and the like, which lie beside manifests and are large, are not parsed. */
  private static boolean isData(byte[] bytes) {
    if (bytes.length <= LARGE) {
      return false;
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean oneByteEach = text.indexOf(0) < 0;
    return oneByteEach && !text.contains("apiVersion");
  }

  private static void fault(Fault fault, Problems problems) {
    problems.add(
        fault.kind() == Fault.Kind.ALIASES ? Rule.YAML_ALIASES : Rule.YAML_INVALID,
        fault.place(),
        "",
        (fault.kind() == Fault.Kind.SYNTAX ? "not YAML: " : "") + fault.message(),
        "",
        Optional.empty());
  }

  private void add(At root, List<LintedObject> found, Problems problems) {
    if (root.isAbsent()) {
      return;
    }
    if (root.value() instanceof Sequence) {
      problems.add(Rule.KIND_LEFT_ALONE, root, "no Kubernetes object: the document is a list");
      return;
    }
    if (!(root.value() instanceof Mapping)) {
      problems.add(
          Rule.YAML_INVALID, root, "the document is %s, no object".formatted(root.value().kind()));
      return;
    }
    if (isList(root)) {
      for (At item : root.get("items").items()) {
        List<LintedObject> below = new ArrayList<>();
        add(At.root(item.value()), below, problems);
        below.forEach(object -> found.add(within(object, item.path())));
      }
      return;
    }
    found.add(objects.lint(root));
  }

  /** What clients take apart into its items: {@code List}, and the list of a kind. */
  private static boolean isList(At root) {
    return root.get("kind").text().endsWith("List")
        && root.get("apiVersion").hasText()
        && root.get("items").value() instanceof Sequence;
  }

  private static LintedObject within(LintedObject object, String path) {
    List<Problem> problems =
        object.problems().stream()
            .map(problem ->
                new Problem(
                    problem.rule(),
                    problem.place(),
                    problem.path().isEmpty() ? path : At.below(path, problem.path()),
                    problem.message(),
                    problem.fix(),
                    problem.edit()))
            .toList();
    return new LintedObject(object.label(), object.given(), object.stored(), problems);
  }
}
