package dev.modelcar.cli.commands.lint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.views.Version;
import dev.modelcar.core.Json;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Findings as SARIF 2.1.0, which code hosts show beside the lines. */
record Sarif(Catalogue catalogue) {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  /**
   * All findings.
   *
   * @param note about the run itself
   */
  ObjectNode of(List<LintFinding> findings, Optional<String> note) {
    List<String> ids = findings.stream().map(LintFinding::rule).distinct().sorted().toList();
    ObjectNode sarif = Json.object().put("$schema", SCHEMA).put("version", "2.1.0");
    ObjectNode run = sarif.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "modelcar lint").put("version", Version.text());
    ArrayNode rules = driver.putArray("rules");
    ids.forEach(id -> rule(rules.addObject().put("id", id), id));
    run.put("columnKind", "unicodeCodePoints");
    note.ifPresent(text -> {
      ObjectNode invocation = run.putArray("invocations").addObject();
      invocation.put("executionSuccessful", true);
      ObjectNode notification = invocation.putArray("toolExecutionNotifications").addObject();
      notification.put("level", "warning").putObject("message").put("text", text);
    });
    ArrayNode results = run.putArray("results");
    findings.forEach(finding -> result(results.addObject(), finding, ids));
    return sarif;
  }

  private void rule(ObjectNode node, String id) {
    catalogue.find(id).ifPresent(rule -> describe(node, rule));
  }

  private static void describe(ObjectNode node, Rule rule) {
    node.putObject("shortDescription").put("text", rule.title());
    node.putObject("fullDescription").put("text", rule.cause());
    node.putObject("help").put("text", String.join("\n", rule.fix()));
  }

  private static void result(ObjectNode node, LintFinding finding, List<String> ids) {
    node.put("ruleId", finding.rule());
    node.put("ruleIndex", ids.indexOf(finding.rule()));
    node.put("level", finding.severity().equals("info") ? "note" : finding.severity());
    List<String> text = new ArrayList<>(List.of(finding.message()));
    if (!finding.fix().isEmpty()) {
      text.add(finding.fix());
    }
    node.putObject("message").put("text", String.join(". ", text));
    ObjectNode location = node.putArray("locations").addObject();
    ObjectNode physical = location.putObject("physicalLocation");
    physical.putObject("artifactLocation").put("uri", uri(finding.file()));
    physical
        .putObject("region")
        .put("startLine", finding.line())
        .put("startColumn", finding.column());
    if (!finding.path().isEmpty()) {
      location.putArray("logicalLocations").addObject().put("fullyQualifiedName", finding.path());
    }
  }

  private static String uri(String file) {
    try {
      String path = file.equals("-") ? "stdin" : file.replace('\\', '/');
      return new URI(null, null, path.replaceFirst("^\\./", ""), null).toASCIIString();
    } catch (URISyntaxException _) {
      return "unknown";
    }
  }
}
