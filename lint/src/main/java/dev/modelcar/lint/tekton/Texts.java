package dev.modelcar.lint.tekton;

import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All texts of a part of a document. */
final class Texts {
  private Texts() {}

  static Stream<At> below(At at) {
    List<At> found = new ArrayList<>();
    collect(at, found);
    return found.stream();
  }

  private static void collect(At at, List<At> into) {
    switch (at.value()) {
      case Mapping _ -> at.fields().forEach(field -> collect(field, into));
      case Sequence _ -> at.items().forEach(item -> collect(item, into));
      case Scalar _ -> {
        if (at.hasText()) {
          into.add(at);
        }
      }
    }
  }

  /** What a container runs and with what: the texts in which variables are replaced. */
  static List<At> ofContainer(At container) {
    List<At> texts = new ArrayList<>(Check.texts(container, "script", "workingDir"));
    texts.addAll(container.get("command").items());
    texts.addAll(container.get("args").items());
    container.get("env").items().forEach(env -> texts.add(env.get("value")));
    return texts;
  }
}
