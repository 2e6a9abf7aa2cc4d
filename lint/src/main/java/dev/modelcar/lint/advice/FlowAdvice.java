package dev.modelcar.lint.advice;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the embedded tasks of a pipeline hand images to each other. */
record FlowAdvice(Problems problems) {
  private static final Pattern BUILD = Pattern.compile("\\b(?:buildah|podman)\\s+(?:bud|build)\\b");
  private static final Pattern PUSH =
      Pattern.compile(
          "\\b(?:buildah|podman|docker|crane|oras)\\s+push\\b|skopeo\\s+copy[^\\n]{0,1000}\\sdocker://|\\bmodelcar\\s+(?:ship|build|copy)\\b");
  private static final Pattern READ =
      Pattern.compile(
          "skopeo\\s+(?:inspect|copy)[^\\n]{0,1000}docker://|\\bcrane\\s+(?:digest|manifest|pull)\\b");
  private static final Pattern ARCHIVE = Pattern.compile("\\b(?:oci|docker)-archive:([^\\s:\"']+)");
  private static final Pattern STORAGE =
      Pattern.compile("\\bdir:\\S{0,200}(?:containers/storage|buildah|overlay-images)");

  void look(List<At> tasks) {
    Map<String, String> scripts = new LinkedHashMap<>();
    Map<String, At> places = new HashMap<>();
    for (At task : tasks) {
      String text =
          task.get("taskSpec", "steps").items().stream()
              .map(step ->
                  step.get("script").text()
                      + "\n"
                      + String.join(" ", step.get("command").texts())
                      + " "
                      + String.join(" ", step.get("args").texts()))
              .collect(Collectors.joining("\n"));
      scripts.put(task.get("name").text(), text);
      places.put(task.get("name").text(), task);
      if (STORAGE.matcher(text).find()) {
        problems.add(
            Rule.TRANSPORT_MISMATCH, task, "dir: is not the format of the storage of buildah");
      }
    }
    boolean pushes = scripts.values().stream().anyMatch(text -> PUSH.matcher(text).find());
    boolean builds = scripts.values().stream().anyMatch(text -> BUILD.matcher(text).find());
    scripts.forEach((name, text) -> {
      if (builds && !pushes && READ.matcher(text).find()) {
        problems.add(
            Rule.PUSH_MISSING,
            places.getOrDefault(name, tasks.getFirst()),
            "task %s reads an image from a registry, but no task pushes one".formatted(name));
      }
    });
    archives(scripts, places);
  }

  private void archives(Map<String, String> scripts, Map<String, At> places) {
    Map<String, Set<String>> readers = new LinkedHashMap<>();
    scripts.forEach((name, text) ->
        ARCHIVE
            .matcher(text)
            .results()
            .forEach(result ->
                readers.computeIfAbsent(result.group(1), _ -> new HashSet<>()).add(name)));
    readers.forEach((archive, names) -> {
      List<At> free =
          names.stream()
              .sorted()
              .flatMap(name -> Optional.ofNullable(places.get(name)).stream())
              .filter(at -> at.get("runAfter").texts().stream().noneMatch(names::contains))
              .toList();
      if (free.size() > 1) {
        problems.add(
            Rule.ARCHIVE_READERS,
            free.getLast(),
            "tasks %s use %s at the same time"
                .formatted(
                    free.stream()
                        .map(at -> at.get("name").text())
                        .collect(Collectors.joining(", ")),
                    archive));
      }
    });
  }
}
