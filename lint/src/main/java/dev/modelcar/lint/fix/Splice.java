package dev.modelcar.lint.fix;

import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.rules.Problem.Move;
import dev.modelcar.lint.rules.Problem.Quote;
import dev.modelcar.lint.rules.Problem.Rename;
import dev.modelcar.lint.tree.Place;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.List;
import java.util.Optional;

/**
 * Fixes one problem in the text of a file, at the places that its tree names: comments, quotes,
 * layout and line ends stay.
 *
 * @param text of the file
 * @param roots of its documents
 */
public record Splice(String text, List<Value> roots) {
  private record Found(Mapping holder, Field field) {}

  /** The text with the problem fixed; empty if it cannot be done without a doubt. */
  public Optional<String> fix(Problem problem) {
    return problem
        .edit()
        .flatMap(edit ->
            switch (edit) {
              case Rename rename -> find(problem.place()).flatMap(it -> rename(it, rename));
              case Move move -> find(problem.place()).flatMap(it -> move(it, move));
              case Quote _ -> scalar(problem.place()).flatMap(this::quote);
            });
  }

  private Optional<Found> find(Place place) {
    return roots.stream().flatMap(root -> find(root, place).stream()).findFirst();
  }

  private static Optional<Found> find(Value in, Place place) {
    return switch (in) {
      case Mapping mapping -> {
        for (Field field : mapping.fields().values()) {
          if (field.start().equals(place)) {
            yield Optional.of(new Found(mapping, field));
          }
          Optional<Found> below = find(field.value(), place);
          if (below.isPresent()) {
            yield below;
          }
        }
        yield Optional.empty();
      }
      case Sequence sequence ->
          sequence.items().stream().flatMap(item -> find(item, place).stream()).findFirst();
      case Scalar _ -> Optional.empty();
    };
  }

  /** The scalar at a place, or under the key there. */
  private Optional<Scalar> scalar(Place place) {
    Optional<Value> value = find(place).map(found -> found.field().value());
    return value
        .or(() -> roots.stream().flatMap(root -> item(root, place).stream()).findFirst())
        .filter(Scalar.class::isInstance)
        .map(Scalar.class::cast);
  }

  private static Optional<Value> item(Value in, Place place) {
    if (in instanceof Scalar && in.start().equals(place)) {
      return Optional.of(in);
    }
    return switch (in) {
      case Mapping mapping ->
          mapping.fields().values().stream()
              .flatMap(field -> item(field.value(), place).stream())
              .findFirst();
      case Sequence sequence ->
          sequence.items().stream().flatMap(each -> item(each, place).stream()).findFirst();
      case Scalar _ -> Optional.empty();
    };
  }

  private int offset(Place place) {
    return text.offsetByCodePoints(0, place.index());
  }

  private String between(Place start, Place end) {
    return text.substring(offset(start), offset(end));
  }

  private String replaced(int start, int end, String other) {
    return text.substring(0, start) + other + text.substring(end);
  }

  private Optional<String> quote(Scalar scalar) {
    String source = between(scalar.start(), scalar.end());
    return source.matches("[-+.\\w:]+")
        ? Optional.of(replaced(offset(scalar.start()), offset(scalar.end()), '"' + source + '"'))
        : Optional.empty();
  }

  /** The key as it stands, if that is its name with or without quotes. */
  private Optional<String> key(Field field) {
    String source = between(field.start(), field.end());
    String bare =
        source.length() > 1 && source.matches("(?s)([\"']).*\\1")
            ? source.substring(1, source.length() - 1)
            : source;
    return bare.equals(field.name()) ? Optional.of(source) : Optional.empty();
  }

  private Optional<String> rename(Found found, Rename rename) {
    Field field = found.field();
    if (found.holder().fields().containsKey(rename.name())) {
      return Optional.empty();
    }
    return key(field)
        .map(source ->
            replaced(
                offset(field.start()),
                offset(field.end()),
                source.replace(field.name(), rename.name())));
  }

  private Optional<String> move(Found found, Move move) {
    String parent = move.to().getFirst();
    String name = move.to().getLast();
    Field field = found.field();
    Optional<String> key = key(field);
    if (key.isEmpty() || move.to().size() != 2) {
      return Optional.empty();
    }
    if (text.charAt(offset(found.holder().start())) == '{') {
      return found.holder().fields().containsKey(parent)
          ? Optional.empty()
          : Optional.of(flow(field, parent, name));
    }
    int start = offset(field.start());
    int line = text.lastIndexOf('\n', start - 1) + 1;
    String indent = text.substring(line, start);
    if (!indent.isBlank()) {
      return Optional.empty();
    }
    int end = endOfLine(last(field));
    String deeper = nested(text.substring(start + key.get().length(), end));
    Field target = found.holder().fields().get(parent);
    if (target == null) {
      return Optional.of(
          replaced(start, end, parent + ":" + lineEnd() + indent + "  " + name + deeper));
    }
    return join(target, name, new Cut(line, end), deeper);
  }

  /** Whole lines that go elsewhere. */
  private record Cut(int start, int end) {}

  private String flow(Field field, String parent, String name) {
    int end = last(field);
    String value = text.substring(offset(field.end()), end);
    return replaced(offset(field.start()), end, parent + ": {" + name + value + "}");
  }

  /** The lines of a field, as the first ones of an object that is there already. */
  private Optional<String> join(Field target, String name, Cut cut, String deeper) {
    if (!(target.value() instanceof Mapping mapping)
        || mapping.fields().isEmpty()
        || mapping.fields().containsKey(name)) {
      return Optional.empty();
    }
    int first = offset(mapping.fields().values().iterator().next().start());
    int line = text.lastIndexOf('\n', first - 1) + 1;
    String indent = text.substring(line, first);
    if (!indent.isBlank()) {
      return Optional.empty();
    }
    String moved = indent + name + deeper + lineEnd();
    String end = text.startsWith("\r\n", cut.end()) ? "\r\n" : "\n";
    int after = Math.min(text.length(), cut.end() + end.length());
    return Optional.of(
        line > cut.start()
            ? text.substring(0, cut.start())
                + text.substring(after, line)
                + moved
                + text.substring(line)
            : text.substring(0, line)
                + moved
                + text.substring(line, cut.start())
                + text.substring(after));
  }

  private String lineEnd() {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }

  /** All lines but the first two columns deeper. */
  private static String nested(String lines) {
    return lines.replaceAll("\\n(?=[^\\r\\n])", "\n  ");
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\n') {
      end++;
    }
    return end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  /** Where the text of a field ends; trees know where the next thing begins. */
  private int last(Field field) {
    int end = Math.max(offset(field.end()), last(field.value()));
    while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private int last(Value value) {
    int start = offset(value.start());
    boolean flow = start < text.length() && "{[".indexOf(text.charAt(start)) >= 0;
    return switch (value) {
      case Mapping mapping when !flow ->
          mapping.fields().values().stream().mapToInt(this::last).max().orElse(start);
      case Sequence sequence when !flow ->
          sequence.items().stream().mapToInt(this::last).max().orElse(start);
      default -> offset(value.end());
    };
  }
}
