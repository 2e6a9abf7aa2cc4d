package dev.modelcar.lint.schema;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an API server drops before anybody sees the object, and the defaults that it fills in. */
public final class Pruner {
  private static final Set<String> ROOT = Set.of("apiVersion", "kind", "metadata");

  private final Problems problems;
  private final Homes homes;

  public Pruner(Problems problems, Homes homes) {
    this.problems = problems;
    this.homes = homes;
  }

  /** The object without what its kind does not have; metadata is left as it is. */
  public Value prune(At root, Schema schema) {
    return value(root, schema, true);
  }

  private Value value(At at, Schema schema, boolean root) {
    return switch (at.value()) {
      case Mapping mapping -> mapping(mapping, at, schema, root);
      case Sequence sequence -> {
        List<Value> items = new ArrayList<>();
        Schema each = schema.items().orElse(schema.open() ? Schema.OPEN : Schema.CLOSED);
        at.items().forEach(item -> items.add(value(item, each, false)));
        yield sequence.with(items);
      }
      case Scalar _ -> at.value();
    };
  }

  private Mapping mapping(Mapping mapping, At at, Schema schema, boolean root) {
    Map<String, Field> kept = new LinkedHashMap<>();
    for (At field : at.fields()) {
      Field given = mapping.field(field.name());
      Optional<Schema> below =
          Optional.ofNullable(schema.properties().get(field.name())).or(schema::additional);
      if (root && ROOT.contains(field.name())) {
        kept.put(field.name(), given);
      } else if (below.isPresent()) {
        // Null is the same as nothing, unless the schema says that it may be null.
        if (!given.value().isNull() || below.get().nullable()) {
          kept.put(field.name(), given.with(field.name(), value(field, below.get(), false)));
        }
      } else if (schema.open()) {
        kept.put(field.name(), given);
      } else {
        drop(field, schema.properties().keySet());
      }
    }
    schema
        .properties()
        .forEach((name, each) ->
            each.standard()
                .ifPresent(value ->
                    kept.putIfAbsent(name, new Field(name, at.place(), at.place(), value))));
    return mapping.with(kept);
  }

  private void drop(At field, Set<String> known) {
    Homes.Advice advice = homes.of(field, known);
    problems.add(
        Rule.FIELD_DROPPED,
        field.place(),
        field.path(),
        "unknown field %s: the server drops it".formatted(field.name()) + advice.note(),
        advice.fix(),
        advice.edit());
  }
}
