package dev.modelcar.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header fields of a message, in order; names compare without regard to case. */
public final class HttpHeaders {
  private static final HttpHeaders NONE = new HttpHeaders(List.of());

  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

  private final List<Field> fields;

  /** One field line. */
  public record Field(String name, String value) {}

  public HttpHeaders(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  public static HttpHeaders none() {
    return NONE;
  }

  /** These fields with one more at the end. */
  public HttpHeaders with(String name, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, value));
    return new HttpHeaders(more);
  }

  /** The value of the first field with this name. */
  public Optional<String> first(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .findFirst();
  }

  /** The {@code Content-Type} without parameters; empty if there is none. */
  public String mediaType() {
    return first("Content-Type").orElse("").replaceAll(";.*", "").strip();
  }

  /** The next page of a list, from {@code Link} (RFC 8288). */
  public Optional<String> nextPage() {
    return all("Link").stream()
        .map(NEXT::matcher)
        .filter(Matcher::find)
        .map(m -> m.group(1))
        .findFirst();
  }

  /** These fields without those of a name. */
  public HttpHeaders without(String name) {
    return new HttpHeaders(
        fields.stream().filter(field -> !field.name().equalsIgnoreCase(name)).toList());
  }

  /** The values of all fields with this name. */
  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  /** The value of the first field with this name, if it is a plain non-negative number. */
  public OptionalLong number(String name) {
    Optional<String> value = first(name).map(String::strip);
    if (value.isEmpty() || value.get().length() > 18 || !value.get().matches("\\d+")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(value.get()));
  }

  public List<Field> fields() {
    return fields;
  }
}
