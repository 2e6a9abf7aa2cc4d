package dev.modelcar.lint;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Kind;
import dev.modelcar.lint.tree.At;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What an API server refuses in the metadata of any object. */
final class Metadata {
  static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?");
  private static final Pattern NAME_PART =
      Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final int MOST_ANNOTATIONS = 256 << 10;

  private Metadata() {}

  static void check(At root, Kind kind, Problems problems) {
    At metadata = root.get("metadata");
    name(metadata, kind, problems);
    At namespace = metadata.get("namespace");
    if (namespace.hasText()
        && !(namespace.text().length() <= 63 && LABEL.matcher(namespace.text()).matches())) {
      problems.add(
          Rule.NAME_INVALID, namespace, "no name of a namespace: %s".formatted(namespace.text()));
    }
    for (At label : metadata.get("labels").fields()) {
      key(label, problems);
      if (label.text().length() > 63
          || (label.hasText() && !NAME_PART.matcher(label.text()).matches())) {
        problems.add(
            Rule.METADATA_INVALID,
            label,
            "%s is no value of a label: %s".formatted(label.name(), label.text()),
            "At most 63 letters, digits, dots, dashes and underscores; put other texts into annotations.");
      }
    }
    for (At owner : metadata.get("ownerReferences").items()) {
      for (String field : List.of("apiVersion", "kind", "name", "uid")) {
        if (!owner.get(field).hasText()) {
          problems.add(
              Rule.METADATA_INVALID, owner, "%s.%s is missing".formatted(owner.path(), field));
        }
      }
    }
    int size = 0;
    for (At annotation : metadata.get("annotations").fields()) {
      key(annotation, problems);
      size += annotation.name().length() + annotation.text().length();
    }
    if (size > MOST_ANNOTATIONS) {
      problems.add(
          Rule.METADATA_INVALID,
          metadata.get("annotations"),
          "annotations are larger than 256 KiB");
    }
  }

  private static void name(At metadata, Kind kind, Problems problems) {
    At name = metadata.get("name");
    At prefix = metadata.get("generateName");
    if (!name.hasText() && !prefix.hasText()) {
      problems.add(
          Rule.NAME_INVALID,
          name,
          "the object has no name",
          "Add metadata.name, or metadata.generateName for runs.");
      return;
    }
    boolean rbac = kind.name().group().equals("rbac.authorization.k8s.io");
    At shown = name.hasText() ? name : prefix;
    String text = name.hasText() ? name.text() : prefix.text().replaceFirst("-$", "a");
    boolean service =
        kind.name().kind().equals("Service") || kind.name().kind().equals("Namespace");
    boolean right =
        rbac
            ? !text.contains("/") && !text.contains("%") && !text.equals(".") && !text.equals("..")
            : service
                ? text.length() <= 63 && LABEL.matcher(text).matches()
                : text.length() <= 253 && SUBDOMAIN.matcher(text).matches();
    if (!right) {
      problems.add(
          Rule.NAME_INVALID,
          shown,
          "not a valid name: %s".formatted(shown.text()),
          "Use lower-case letters, digits, dashes and dots; it starts and ends with a letter or digit.");
    } else if (kind.name().isTekton() && name.hasText() && text.length() > 63) {
      problems.add(
          Rule.NAME_INVALID,
          shown,
          "the name has %d characters; Tekton allows 63".formatted(text.length()));
    }
  }

  private static void key(At at, Problems problems) {
    String name = at.name();
    int slash = name.indexOf('/');
    String prefix = slash < 0 ? "" : name.substring(0, slash);
    String part = name.substring(slash + 1);
    boolean right =
        part.length() <= 63
            && NAME_PART.matcher(part).matches()
            && (slash < 0 || (prefix.length() <= 253 && SUBDOMAIN.matcher(prefix).matches()));
    // Annotations are compared without case.
    boolean lower =
        at.path().startsWith("metadata.annotations")
            && part.length() <= 63
            && NAME_PART.matcher(part).matches()
            && prefix.length() <= 253
            && SUBDOMAIN.matcher(prefix.toLowerCase(Locale.ROOT)).matches();
    if (!right && !lower) {
      problems.add(
          Rule.METADATA_INVALID, at, "no key of a label or annotation: %s".formatted(name));
    }
  }
}
