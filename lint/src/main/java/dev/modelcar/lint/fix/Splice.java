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
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Fixes problems in the text of a file, at the places that its tree names: comments, quotes, layout
 * and line ends stay.
 */
public final class Splice {
  private record Found(Mapping holder, Field field) {}

  /** Another text for a part of the file. */
  record Cut(int start, int end, String text) {}

  private final String text;
  private final int[] offsets;
  private final Map<Place, Found> fields = new HashMap<>();
  private final Map<Place, Scalar> items = new HashMap<>();
  private final Set<Mapping> changed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final TreeMap<Integer, Cut> cuts = new TreeMap<>();

  /**
   * Begins with a file as it is.
   *
   * @param text of the file
   * @param roots of its documents
   */
  public Splice(String text, List<Value> roots) {
    this.text = text;
    this.offsets = offsets(text);
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    roots.forEach(root -> index(root, seen));
  }

  /** What became of a problem. */
  public enum Outcome {
    FIXED,
    /** It is too near to another one that was fixed. */
    LATER,
    /** It cannot be done without a doubt. */
    IMPOSSIBLE
  }

  /** Fixes one more problem, unless that gets in the way of those before. */
  public Outcome fix(Problem problem) {
    Optional<Found> found = Optional.ofNullable(fields.get(problem.place()));
    boolean quotes = problem.edit().filter(Quote.class::isInstance).isPresent();
    if (!quotes && found.filter(it -> changed.contains(it.holder())).isPresent()) {
      return Outcome.LATER;
    }
    List<Cut> own =
        problem
            .edit()
            .map(edit ->
                switch (edit) {
                  case Rename rename -> found.map(it -> rename(it, rename)).orElse(List.of());
                  case Move move -> found.map(it -> move(it, move)).orElse(List.of());
                  case Quote _ -> scalar(problem.place()).map(this::quote).orElse(List.of());
                })
            .orElse(List.of());
    if (own.isEmpty()) {
      return Outcome.IMPOSSIBLE;
    }
    if (!own.stream().allMatch(this::isFree)) {
      return Outcome.LATER;
    }
    own.forEach(cut -> cuts.put(cut.start(), cut));
    if (!quotes) {
      found.ifPresent(it -> changed.add(it.holder()));
    }
    return Outcome.FIXED;
  }

  /** The text with all that was fixed. */
  public String result() {
    StringBuilder result = new StringBuilder(text.length());
    int done = 0;
    for (Cut cut : cuts.values()) {
      result.append(text, done, cut.start()).append(cut.text());
      done = cut.end();
    }
    return result.append(text, done, text.length()).toString();
  }

  /** Whether no other cut overlaps or touches it. */
  private boolean isFree(Cut cut) {
    Map.Entry<Integer, Cut> before = cuts.floorEntry(cut.end());
    return before == null || before.getValue().end() < cut.start();
  }

  /** Of each code point, where it begins; empty if all have one unit. */
  private static int[] offsets(String text) {
    int points = text.codePointCount(0, text.length());
    if (points == text.length()) {
      return new int[0];
    }
    int[] offsets = new int[points + 1];
    int at = 0;
    for (int i = 0; i < points; i++) {
      offsets[i] = at;
      at += Character.charCount(text.codePointAt(at));
    }
    offsets[points] = at;
    return offsets;
  }

  private void index(Value in, Set<Value> seen) {
    if (!seen.add(in)) {
      return;
    }
    switch (in) {
      case Mapping mapping -> {
        for (Field field : mapping.fields().values()) {
          fields.putIfAbsent(field.start(), new Found(mapping, field));
          index(field.value(), seen);
        }
      }
      case Sequence sequence -> sequence.items().forEach(item -> index(item, seen));
      case Scalar scalar -> items.putIfAbsent(scalar.start(), scalar);
    }
  }

  /** The scalar under the key at a place, or there. */
  private Optional<Scalar> scalar(Place place) {
    Found found = fields.get(place);
    Value value = found == null ? items.get(place) : found.field().value();
    return value instanceof Scalar scalar ? Optional.of(scalar) : Optional.empty();
  }

  private int offset(Place place) {
    return offsets.length == 0 ? place.index() : offsets[place.index()];
  }

  private String between(Place start, Place end) {
    return text.substring(offset(start), offset(end));
  }

  private List<Cut> quote(Scalar scalar) {
    String source = between(scalar.start(), scalar.end());
    return source.matches("[-+.\\w:]+")
        ? List.of(new Cut(offset(scalar.start()), offset(scalar.end()), '"' + source + '"'))
        : List.of();
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

  private List<Cut> rename(Found found, Rename rename) {
    Field field = found.field();
    if (found.holder().fields().containsKey(rename.name())) {
      return List.of();
    }
    return key(field)
        .map(source ->
            List.of(
                new Cut(
                    offset(field.start()),
                    offset(field.end()),
                    source.replace(field.name(), rename.name()))))
        .orElse(List.of());
  }

  private List<Cut> move(Found found, Move move) {
    String parent = move.to().getFirst();
    String name = move.to().getLast();
    Field field = found.field();
    Optional<String> key = key(field);
    if (key.isEmpty() || move.to().size() != 2) {
      return List.of();
    }
    if (text.charAt(offset(found.holder().start())) == '{') {
      return found.holder().fields().containsKey(parent)
          ? List.of()
          : List.of(flow(field, parent, name));
    }
    int start = offset(field.start());
    int line = text.lastIndexOf('\n', start - 1) + 1;
    String indent = text.substring(line, start);
    if (!indent.isBlank()) {
      return List.of();
    }
    int end = endOfLine(last(field));
    String value = text.substring(start + key.get().length(), end);
    Field target = found.holder().fields().get(parent);
    if (target == null) {
      String head = parent + ":" + lineEnd(start) + indent + "  ";
      return List.of(new Cut(start, end, head + name + nested(value, "  ")));
    }
    return join(target, name, new Cut(line, end, indent), value);
  }

  private Cut flow(Field field, String parent, String name) {
    int end = last(field);
    String value = text.substring(offset(field.end()), end);
    return new Cut(offset(field.start()), end, parent + ": {" + name + value + "}");
  }

  /**
   * The lines of a field, as the first ones of an object that is there already.
   *
   * @param lines whole ones, which go elsewhere, with their indent
   */
  private List<Cut> join(Field target, String name, Cut lines, String value) {
    if (!(target.value() instanceof Mapping mapping)
        || mapping.fields().isEmpty()
        || mapping.fields().containsKey(name)) {
      return List.of();
    }
    int first = offset(mapping.fields().values().iterator().next().start());
    int line = text.lastIndexOf('\n', first - 1) + 1;
    String indent = text.substring(line, first);
    if (!indent.isBlank() || indent.length() < lines.text().length()) {
      return List.of();
    }
    String deeper = nested(value, " ".repeat(indent.length() - lines.text().length()));
    String end = text.startsWith("\r\n", lines.end()) ? "\r\n" : "\n";
    int after = Math.min(text.length(), lines.end() + end.length());
    Cut taken = new Cut(lines.start(), after, "");
    Cut put = new Cut(line, line, indent + name + deeper + lineEnd(line));
    return line == after ? List.of(new Cut(taken.start(), after, put.text())) : List.of(taken, put);
  }

  /** As the line ends in which a place is, or if it is the last one, those before. */
  private String lineEnd(int at) {
    int end = text.indexOf('\n', at);
    int known = end < 0 ? text.lastIndexOf('\n') : end;
    return known > 0 && text.charAt(known - 1) == '\r' ? "\r\n" : "\n";
  }

  /** All lines but the first one deeper. */
  private static String nested(String lines, String by) {
    return lines.replaceAll("\\n(?=[^\\r\\n])", "\n" + by);
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
