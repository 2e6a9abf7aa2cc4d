package dev.modelcar.modelregistry;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an entry says of itself, beside its name and its state.
 *
 * @param texts fields such as {@code description}, by their names in the API
 * @param lists fields such as {@code language}
 * @param properties custom properties
 */
public record Contents(
    SortedMap<String, String> texts,
    SortedMap<String, List<String>> lists,
    SortedMap<String, Property> properties) {

  private static final Contents NONE =
      new Contents(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  public Contents {
    texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
    lists = Collections.unmodifiableSortedMap(new TreeMap<>(lists));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  public static Contents none() {
    return NONE;
  }

  /** With a field; an empty text is left out. */
  public Contents with(String field, String text) {
    return text.isEmpty() ? this : new Contents(put(texts, field, text), lists, properties);
  }

  /** With a field, if there is a text for it. */
  public Contents with(String field, Optional<String> text) {
    return with(field, text.orElse(""));
  }

  /** With a list; an empty one is left out. */
  public Contents with(String field, List<String> words) {
    return words.isEmpty()
        ? this
        : new Contents(texts, put(lists, field, List.copyOf(words)), properties);
  }

  /** With a custom property, if there is a text for it. */
  public Contents withProperty(String name, Optional<String> text) {
    return text.isEmpty() ? this : withProperty(name, text.get());
  }

  public Contents withProperty(String name, String text) {
    return new Contents(texts, lists, put(properties, name, Property.of(text)));
  }

  public Contents withProperty(String name, Property value) {
    return new Contents(texts, lists, put(properties, name, value));
  }

  /** With all of the other's; what both have is the other's. */
  public Contents and(Contents other) {
    return new Contents(
        merged(texts, other.texts),
        merged(lists, other.lists),
        merged(properties, other.properties));
  }

  /** What the other says differently, or not at all. A field may be a custom property there. */
  public Contents missingIn(Contents other) {
    SortedMap<String, String> newTexts = new TreeMap<>(texts);
    newTexts.entrySet().removeIf(e -> other.text(e.getKey()).equals(Optional.of(e.getValue())));
    SortedMap<String, List<String>> newLists = new TreeMap<>(lists);
    newLists
        .entrySet()
        .removeIf(e ->
            e.getValue().equals(other.lists.get(e.getKey()))
                || other.property(e.getKey()).equals(Optional.of(joined(e.getValue()))));
    SortedMap<String, Property> newProperties = new TreeMap<>(properties);
    newProperties.entrySet().removeIf(e -> e.getValue().equals(other.properties.get(e.getKey())));
    return new Contents(newTexts, newLists, newProperties);
  }

  /** What the other says nothing about. */
  public Contents absentIn(Contents other) {
    SortedMap<String, String> newTexts = new TreeMap<>(texts);
    newTexts.keySet().removeIf(field -> other.text(field).isPresent());
    SortedMap<String, List<String>> newLists = new TreeMap<>(lists);
    newLists
        .keySet()
        .removeIf(field -> other.lists.containsKey(field) || other.property(field).isPresent());
    SortedMap<String, Property> newProperties = new TreeMap<>(properties);
    newProperties.keySet().removeAll(other.properties.keySet());
    return new Contents(newTexts, newLists, newProperties);
  }

  public boolean isEmpty() {
    return texts.isEmpty() && lists.isEmpty() && properties.isEmpty();
  }

  /** A field, or the custom property that old servers have in its place. */
  public Optional<String> text(String field) {
    return Optional.ofNullable(texts.get(field)).or(() -> property(field));
  }

  /** The value of a custom property as text. */
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name)).map(Property::value);
  }

  /** With a field as a custom property, for a server that does not know it. */
  Contents movingToProperties(String field) {
    SortedMap<String, String> newTexts = new TreeMap<>(texts);
    SortedMap<String, List<String>> newLists = new TreeMap<>(lists);
    Optional<String> value =
        Optional.ofNullable(newTexts.remove(field))
            .or(() -> Optional.ofNullable(newLists.remove(field)).map(Contents::joined));
    Contents rest = new Contents(newTexts, newLists, properties);
    return rest.withProperty(field, value);
  }

  private static String joined(List<String> words) {
    return String.join(",", words);
  }

  private static <V> SortedMap<String, V> put(SortedMap<String, V> map, String key, V value) {
    return merged(map, Map.of(key, value));
  }

  private static <V> SortedMap<String, V> merged(SortedMap<String, V> map, Map<String, V> more) {
    SortedMap<String, V> all = new TreeMap<>(map);
    all.putAll(more);
    return all;
  }
}
