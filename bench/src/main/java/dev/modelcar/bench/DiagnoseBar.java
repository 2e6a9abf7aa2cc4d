package dev.modelcar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.diagnosis.Diagnoser;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.findings.diagnosis.Role;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.YamlDocuments;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How often the cause is found, and something innocent blamed, over all known cases. */
final class DiagnoseBar implements Bar {
  private static final String HEALTHY = "none";
  private static final String UNEXPLAINED = "unexplained-failure";

  private int named;
  private int right;
  private int expected;
  private int falseBlame;
  private int cases;
  private double slowest;

  @Override
  public String name() {
    return "diagnose";
  }

  @Override
  public String description() {
    return "`diagnose` over the corpus: precision, recall, false blame, seconds a case";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Path corpus = workshop.root().resolve("findings/src/test/resources/diagnosis");
    for (String part : List.of("cluster", "stories")) {
      JsonNode all =
          YamlDocuments.read(Files.readString(corpus.resolve(part + ".yaml")))
              .documents()
              .getFirst();
      for (Map.Entry<String, JsonNode> entry : all.properties()) {
        count(corpus.resolve(part).resolve(entry.getKey()), entry.getValue().asText());
      }
    }
    return List.of(
        share("precision over %d cases".formatted(cases), named, right, 1),
        share("recall of %d causes".formatted(expected), expected, right, 0.95),
        new Row("false blame", "" + falseBlame, "0", falseBlame == 0),
        Row.seconds("the slowest case", slowest, 5));
  }

  private static Row share(String what, int of, int part, double least) {
    double share = of == 0 ? 1 : (double) part / of;
    return new Row(what, "%.3f".formatted(share), "≥ %s".formatted(least), share >= least);
  }

  private void count(Path folder, String rule) {
    long start = System.nanoTime();
    Report report =
        new Diagnoser(Catalogue.standard(), ErrorCatalogue.of(OciError.values()))
            .diagnose(CaseFolder.read(folder));
    slowest = Math.max(slowest, (System.nanoTime() - start) / 1e9);
    cases++;
    List<String> causes =
        report.findings().stream()
            .filter(finding -> finding.role() == Role.CAUSE)
            .map(Finding::rule)
            .filter(cause -> !cause.equals(UNEXPLAINED))
            .toList();
    boolean known = !rule.equals(HEALTHY) && !rule.equals(UNEXPLAINED);
    expected += known ? 1 : 0;
    named += causes.size();
    right += known && causes.contains(rule) ? 1 : 0;
    falseBlame += (int) causes.stream().filter(cause -> !cause.equals(rule)).count();
  }
}
