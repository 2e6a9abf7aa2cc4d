package dev.modelcar.cli.commands.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.reuse.RunDocuments;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.weights.PackagingError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs that shipped the parts of a model, from what they left in the registry.
 *
 * @param documents by part and attempt
 * @param undocumented parts whose runs left none, such as {@code 2/4}
 */
public record PartRuns(Map<String, JsonNode> documents, List<String> undocumented) {

  /** Of a plan that is about to be sealed; whoever has no parts, or does not respond, has none. */
  public static PartRuns of(
      Console console, List<ShipmentTarget> targets, Digest plan, List<Part> parts) {
    for (ShipmentTarget target : targets) {
      try {
        List<RunDocuments.Described> found = RunDocuments.in(target, plan, parts);
        if (!found.isEmpty()) {
          return of(found);
        }
      } catch (ModelcarException e) {
        console.detail(
            "%s does not tell how its parts were shipped: %s"
                .formatted(target.name(), e.getMessage()));
      }
    }
    return new PartRuns(Map.of(), List.of());
  }

  /**
   * Of a repository; if it has parts of several plans, of the plan that was shipped last.
   *
   * @throws ModelcarException if it has none
   */
  static PartRuns in(Console console, ShipmentTarget target) {
    Map<Digest, List<RunDocuments.Described>> plans =
        RunDocuments.in(target).stream()
            .collect(
                Collectors.groupingBy(
                    RunDocuments.Described::plan, LinkedHashMap::new, Collectors.toList()));
    Map<Digest, PartRuns> runs = new LinkedHashMap<>();
    plans.forEach((plan, parts) -> runs.put(plan, of(parts)));
    Map.Entry<Digest, PartRuns> newest =
        runs.entrySet().stream()
            .max(Comparator.comparing(entry -> entry.getValue().lastStart()))
            .orElseThrow(() ->
                new ModelcarException(
                    PackagingError.PARTS_MISSING,
                    "%s has no parts: none was shipped, or the image is sealed"
                        .formatted(target.name()),
                    "Sealing removes the parts; `modelcar seal … --html FILE` writes the page of"
                        + " all workers before that.",
                    null));
    if (runs.size() > 1) {
      console.warn(
          "%s has parts of %d plans; shown is %s, the one shipped last"
              .formatted(target.name(), runs.size(), newest.getKey()));
    }
    return newest.getValue();
  }

  private static PartRuns of(List<RunDocuments.Described> parts) {
    Map<String, JsonNode> documents = new LinkedHashMap<>();
    List<String> undocumented = new ArrayList<>();
    for (RunDocuments.Described part : parts) {
      List<JsonNode> runs = part.runs().stream().flatMap(PartRuns::parsed).toList();
      if (runs.isEmpty()) {
        undocumented.add(part.part().toString());
      }
      for (int i = 0; i < runs.size(); i++) {
        documents.put(
            "part " + part.part() + (runs.size() > 1 ? ", attempt " + (i + 1) : ""), runs.get(i));
      }
    }
    return new PartRuns(documents, undocumented);
  }

  private static Stream<JsonNode> parsed(String text) {
    try {
      return Stream.of(Json.parse(text));
    } catch (Json.InvalidJsonException e) {
      return Stream.empty();
    }
  }

  /** Texts in the form of RFC 3339, all of UTC, sort as their times do. */
  private String lastStart() {
    return documents.values().stream()
        .map(document -> document.path("started").asText())
        .max(Comparator.naturalOrder())
        .orElse("");
  }
}
