package dev.modelcar.lint;

import dev.modelcar.lint.advice.Advice;
import dev.modelcar.lint.decode.Decoder;
import dev.modelcar.lint.decode.Decoder.Mode;
import dev.modelcar.lint.kserve.ServingChecks;
import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.GoTypes;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.schema.Kind;
import dev.modelcar.lint.schema.Pruner;
import dev.modelcar.lint.schema.Schema;
import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.schema.Schemas.Tekton;
import dev.modelcar.lint.schema.Validator;
import dev.modelcar.lint.schema.Zeros;
import dev.modelcar.lint.tekton.ControllerChecks;
import dev.modelcar.lint.tekton.Conversion;
import dev.modelcar.lint.tekton.Defaults;
import dev.modelcar.lint.tekton.TektonChecks;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Repeated;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What becomes of one object, in the order in which a server works: drop, decode, check. */
final class ObjectLinter {
  /** Shorter names of kinds are too much alike to guess which one is meant. */
  private static final int LONG = 6;

  /** What a version, or a kind, of Kubernetes looks like. */
  private static final Pattern LIKE_KUBERNETES = Pattern.compile("(?:\\S+/)?v\\d\\w*|[A-Z]\\w+");

  private final Schemas schemas;
  private final Tekton tekton;

  ObjectLinter(Schemas schemas, Tekton tekton) {
    this.schemas = schemas;
    this.tekton = tekton;
  }

  LintedObject lint(At root) {
    Problems problems = new Problems();
    GroupKind name = GroupKind.of(root);
    At metadata = root.get("metadata");
    String label =
        (name.kind().isEmpty() ? "object" : name.kind())
            + " "
            + (metadata.get("name").hasText()
                ? metadata.get("name").text()
                : metadata.get("generateName").text() + "…");
    repeated(root, problems);
    Optional<Kind> kind = schemas.find(name);
    if (kind.isEmpty()) {
      unknown(root, name, problems);
      return new LintedObject(label, root.value(), root.value(), problems.list());
    }
    Value stored = known(root, kind.get(), problems);
    return new LintedObject(label, root.value(), stored, problems.list());
  }

  private Value known(At root, Kind kind, Problems problems) {
    Homes homes = new Homes(kind.name());
    Value value = root.value();
    Decoder server = new Decoder(schemas.metadata(), Mode.SERVER, problems, homes);
    if (kind.schema().isPresent()) {
      value = new Pruner(problems, homes).prune(root, kind.schema().get());
      At metadata = At.root(value).get("metadata");
      if (value instanceof Mapping mapping && metadata.isPresent()) {
        value = mapping.with("metadata", server.decode(metadata, GoTypes.METADATA));
      }
    } else {
      value = new Decoder(kind.types(), Mode.SERVER, problems, homes).decode(root, kind.type());
    }
    if (kind.status() && value instanceof Mapping mapping) {
      value = mapping.without("status");
    }
    Metadata.check(At.root(value), kind, problems);
    boolean decodes = kind.schema().isPresent() && kind.name().isTekton() && !kind.type().isEmpty();
    if (decodes) {
      Decoder webhook = new Decoder(kind.types(), Mode.WEBHOOK, problems, homes);
      value = webhook.decode(At.root(value), kind.type());
    }
    Value seen = value;
    if (decodes) {
      // The server fills in its own defaults once more after the webhook.
      Value filled = Defaults.fill(kind.name(), value);
      value =
          kind.schema()
              .map(schema -> new Pruner(new Problems(), homes).prune(At.root(filled), schema))
              .orElse(filled);
    }
    if (kind.name().kind().equals("InferenceService")) {
      value = ServingChecks.fill(Zeros.fill(value, kind.schema().orElse(Schema.OPEN)));
    }
    Value decoded = value;
    kind.schema().ifPresent(schema -> new Validator(problems).validate(At.root(decoded), schema));
    if (decodes) {
      TektonChecks.check(kind.name(), At.root(value), problems);
      ControllerChecks.check(kind.name(), At.root(value), problems);
    } else if (kind.name().kind().equals("InferenceService")) {
      ServingChecks.check(At.root(value), problems);
    }
    Advice.look(kind.name(), root, At.root(seen), problems);
    return Conversion.stored(kind.name(), value, schemas);
  }

  private void unknown(At root, GroupKind name, Problems problems) {
    if (name.kind().isEmpty() || name.apiVersion().isEmpty()) {
      String missing = name.kind().isEmpty() ? "kind" : "apiVersion";
      Optional<At> misspelt =
          root.fields().stream()
              .filter(field -> Homes.near(field.name(), List.of(missing)).size() == 1)
              .filter(At::hasText)
              .filter(_ -> LIKE_KUBERNETES.matcher(name.apiVersion() + name.kind()).matches())
              .findFirst();
      boolean known = !name.group().isEmpty() && schemas.knows(name.group());
      if (misspelt.isPresent() || known) {
        problems.add(
            Rule.KIND_UNKNOWN,
            misspelt.orElse(root),
            "the object has no %s, which every server refuses".formatted(missing),
            misspelt
                .map(field -> "Write %s for %s.".formatted(missing, field.name()))
                .orElse("Add it."));
        return;
      }
      problems.add(
          Rule.KIND_LEFT_ALONE, root, "no Kubernetes object: %s is missing".formatted(missing));
      return;
    }
    if (isServed(name)) {
      List<String> versions = schemas.versions(name.group(), name.kind());
      problems.add(
          Rule.KIND_UNKNOWN,
          root.get("kind"),
          "there is no kind %s in %s".formatted(name.kind(), name.apiVersion()),
          versions.isEmpty()
              ? "Its kinds: %s.".formatted(String.join(", ", schemas.kinds(name.apiVersion())))
              : "It is in %s.".formatted(String.join(", ", versions)));
      return;
    }
    if (schemas.knows(name.apiVersion())) {
      problems.add(
          Rule.KIND_UNKNOWN,
          root.get("apiVersion"),
          "%s is a group without a version".formatted(name.apiVersion()),
          "Write %s/v1, or the version that you mean.".formatted(name.apiVersion()));
      return;
    }
    List<String> near =
        name.kind().length() < LONG
            ? List.of()
            : Homes.near(name.kind(), schemas.kinds(name.apiVersion()));
    if (!near.isEmpty()) {
      problems.add(
          Rule.KIND_UNKNOWN,
          root.get("kind"),
          "there is no kind %s in %s".formatted(name.kind(), name.apiVersion()),
          "Did you mean %s?".formatted(String.join(" or ", near)));
      return;
    }
    problems.add(Rule.KIND_LEFT_ALONE, root.get("kind"), "%s is not checked".formatted(name));
  }

  /** Whether all versions and kinds of this group are known, so that others do not exist. */
  private static boolean isServed(GroupKind name) {
    return name.isTekton() || name.group().equals("serving.kserve.io");
  }

  /** Keys that stand twice, anywhere. */
  private static void repeated(At at, Problems problems) {
    if (at.value() instanceof Mapping mapping) {
      for (Repeated each : mapping.repeated()) {
        Field field = each.field();
        String path = At.below(at.path(), field.name());
        repeated(new At(each.before(), path, field.name(), field.start()), problems);
        problems.add(
            Rule.KEY_REPEATED,
            field.start(),
            path,
            "key %s stands here a second time: only the last one counts".formatted(field.name()),
            "Remove one of them.",
            Optional.empty());
      }
    }
    switch (at.value()) {
      case Mapping _ -> at.fields().forEach(field -> repeated(field, problems));
      case Sequence _ -> at.items().forEach(item -> repeated(item, problems));
      case Scalar _ -> {}
    }
  }

  Tekton tekton() {
    return tekton;
  }
}
