package dev.modelcar.findings.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.findings.evidence.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fields that the API server dropped: they were applied, and are not stored. */
final class DroppedFields {
  private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final Pattern WARNING = Pattern.compile("unknown field \"([^\"]+)\"");
  private static final int MOST = 20;

  private DroppedFields() {}

  /**
   * A field that is not stored.
   *
   * @param object that lacks it; empty if only a warning tells
   */
  record Dropped(String object, String path, String source) {
    /** As the API server warns of it. */
    String warning() {
      return "unknown field \"%s\"".formatted(path);
    }
  }

  static List<Dropped> of(World world) {
    List<Dropped> all = new ArrayList<>();
    for (KubeObject object : world.all()) {
      String text = object.text("metadata", "annotations", APPLIED);
      if (object.text("apiVersion").startsWith("tekton.dev/") && !text.isEmpty()) {
        try {
          JsonNode applied = Json.parse(text);
          if (applied.path("apiVersion").asText("").equals(object.text("apiVersion"))) {
            compare("spec", applied.path("spec"), object.at("spec").node(), object, all);
          }
        } catch (Json.InvalidJsonException e) {
          // Redacted or cut: it says nothing.
        }
      }
    }
    for (String line : world.outputs()) {
      Matcher matcher = WARNING.matcher(line);
      if (matcher.find()
          && line.contains("arning")
          && all.stream().noneMatch(known -> known.path().equals(matcher.group(1)))) {
        all.add(new Dropped("", matcher.group(1), "kubectl: " + line.strip()));
      }
    }
    return all.subList(0, Math.min(MOST, all.size()));
  }

  private static void compare(
      String path, JsonNode applied, JsonNode stored, KubeObject object, List<Dropped> all) {
    if (applied.isObject() && stored.isObject()) {
      applied
          .properties()
          .forEach(entry -> {
            String inner = path + "." + entry.getKey();
            JsonNode other = stored.get(entry.getKey());
            if (other != null) {
              compare(inner, entry.getValue(), other, object, all);
            } else if (!isNothing(entry.getValue())) {
              all.add(
                  new Dropped(
                      object.reference(),
                      inner,
                      "%s was applied with %s, which is not stored"
                          .formatted(object.reference(), inner)));
            }
          });
    } else if (applied.isArray() && stored.isArray() && applied.size() == stored.size()) {
      for (int i = 0; i < applied.size(); i++) {
        compare(path + "[" + i + "]", applied.get(i), stored.get(i), object, all);
      }
    }
  }

  private static boolean isNothing(JsonNode value) {
    return value.isNull() || (value.isContainerNode() && value.isEmpty());
  }
}
