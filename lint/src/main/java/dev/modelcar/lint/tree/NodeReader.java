package dev.modelcar.lint.tree;

import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Repeated;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import dev.modelcar.lint.tree.YamlFile.Document;
import dev.modelcar.lint.tree.YamlFile.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Turns the nodes of one document into values: aliases, merge keys and repeated keys. */
final class NodeReader {
  /** Go's reader refuses a document most of which are aliases, from this size on. */
  private static final long SMALL = 400_000;

  private static final long MOST_NODES = 4_000_000;
  private static final int DEEPEST = 1_000;

  private final IdentityHashMap<Node, Value> known = new IdentityHashMap<>();
  private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Fault> problems = new ArrayList<>();

  /** Aliases that cannot be followed. */
  static final class AliasException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Place place;

    AliasException(String message, Place place) {
      super(message);
      this.place = place;
    }
  }

  Document document(Node node) {
    long all = size(node, 0);
    if (all > MOST_NODES || (all > SMALL && all > 10L * sizes.size())) {
      throw new AliasException(
          "its aliases expand to %,d values: a server refuses that".formatted(all), start(node));
    }
    return new Document(value(node), problems);
  }

  private static Place start(Node node) {
    return node.getStartMark().map(YamlReader::place).orElse(Place.START);
  }

  private static Place end(Node node) {
    return node.getEndMark().map(YamlReader::place).orElse(Place.START);
  }

  private long size(Node node, int depth) {
    if (node instanceof AnchorNode anchor) {
      return size(anchor.getRealNode(), depth);
    }
    Long before = sizes.get(node);
    if (before != null) {
      return before;
    }
    if (!open.add(node)) {
      throw new AliasException("an alias refers to what it is part of", start(node));
    }
    if (depth > DEEPEST) {
      throw new AliasException("it is nested more than %d deep".formatted(DEEPEST), start(node));
    }
    long size = 1;
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        size += size(tuple.getKeyNode(), depth + 1) + size(tuple.getValueNode(), depth + 1);
      }
    } else if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        size += size(item, depth + 1);
      }
    }
    open.remove(node);
    size = Math.min(size, Long.MAX_VALUE / 4);
    sizes.put(node, size);
    return size;
  }

  private Value value(Node given) {
    Node node = given instanceof AnchorNode anchor ? anchor.getRealNode() : given;
    Value before = known.get(node);
    if (before != null) {
      return before;
    }
    Value value =
        switch (node) {
          case MappingNode mapping -> mapping(mapping);
          case SequenceNode sequence ->
              new Sequence(
                  sequence.getValue().stream().map(this::value).toList(), start(node), end(node));
          case ScalarNode scalar -> scalar(scalar);
          default -> YamlReader.nothing(start(node));
        };
    known.put(node, value);
    return value;
  }

  private static Scalar scalar(ScalarNode node) {
    Tag tag = node.getTag();
    if (tag.equals(YamlReader.PLAIN)
        || tag.equals(Tag.INT)
        || tag.equals(Tag.FLOAT)
        || tag.equals(Tag.BOOL)
        || tag.equals(Tag.NULL)) {
      return GoScalars.resolve(node.getValue(), start(node), end(node));
    }
    String text = tag.equals(Tag.BINARY) ? decoded(node.getValue()) : node.getValue();
    return new Scalar(ScalarType.STRING, text, start(node), end(node));
  }

  private static String decoded(String text) {
    try {
      return new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  private Mapping mapping(MappingNode node) {
    Map<String, Field> fields = new LinkedHashMap<>();
    List<Repeated> repeated = new ArrayList<>();
    for (NodeTuple tuple : node.getValue()) {
      Node key = tuple.getKeyNode();
      if (isMerge(key)) {
        merge(value(tuple.getValueNode()), fields, repeated, start(key));
        continue;
      }
      if (!(value(key) instanceof Scalar name) || name.isNull()) {
        problems.add(new Fault(Fault.Kind.SYNTAX, "a key is no text", start(key)));
        continue;
      }
      put(
          new Field(name.text(), start(key), end(key), value(tuple.getValueNode())),
          fields,
          repeated);
    }
    return new Mapping(fields, repeated, start(node), end(node));
  }

  private static void put(Field field, Map<String, Field> fields, List<Repeated> repeated) {
    Field before = fields.put(field.name(), field);
    if (before != null) {
      repeated.add(new Repeated(field, before.value()));
    }
  }

  private static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && scalar.getValue().equals("<<");
  }

  /** As Go's reader does it: what comes later counts, be it merged or not. */
  private void merge(Value from, Map<String, Field> into, List<Repeated> repeated, Place place) {
    switch (from) {
      case Mapping mapping ->
          mapping
              .fields()
              .values()
              .forEach(field ->
                  put(new Field(field.name(), place, place, field.value()), into, repeated));
      case Sequence sequence ->
          sequence.items().reversed().forEach(item -> merge(item, into, repeated, place));
      case Scalar _ ->
          problems.add(new Fault(Fault.Kind.SYNTAX, "a merge key (<<) needs an object", place));
    }
  }
}
