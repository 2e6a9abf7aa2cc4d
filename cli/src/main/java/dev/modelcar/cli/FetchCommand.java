package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.fetch.FetchReport;
import dev.modelcar.packaging.fetch.ModelFetcher;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Model files into a folder. */
@CommandLine.Command(
    name = "fetch",
    description = "Fetches a model's files into a folder, verified, and goes on where it stopped.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar fetch hf://Qwen/Qwen3-0.6B ./qwen3",
      "  modelcar fetch hf://Qwen/Qwen3-0.6B ./qwen3 --include '*.json'",
      "",
      "All files are fetched, as `hf download --local-dir` does, in the same layout: either can go on",
      "where the other stopped. With --serving only those that `modelcar ship` would pack."
    })
final class FetchCommand extends Command {
  @Mixin SourceOptions source = new SourceOptions();

  @Parameters(index = "1", paramLabel = "DIR", description = "the folder; made if it is not there")
  Path folder = Path.of("");

  @Option(names = "--serving", description = "only what serving needs, weights once")
  boolean serving;

  @Option(
      names = "--prune",
      description = "remove what an earlier fetch has put there and this model does not have")
  boolean prune;

  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = new Session(environment(), console, registry, transfer);
        Snapshot snapshot = session.sources().resolve(SourceReference.parse(source.source))) {
      Selections.say(console, snapshot);
      Selection selection =
          serving ? source.policy().select(snapshot) : source.policy().selectFiles(snapshot);
      Selections.say(console, selection);
      FetchReport report;
      try (Progress progress = progress(console, "fetching")) {
        ModelFetcher fetcher =
            new ModelFetcher(folder, transfer.parallel(), progress, InstantSource.system());
        report = prune ? fetcher.fetchAndPrune(selection) : fetcher.fetch(selection);
      }
      new ConsumedFiles(folder).fetched(snapshot.files());
      console.result(folder.toString());
      console.document(
          Json.object()
              .put("folder", folder.toString())
              .put("files", report.files())
              .put("bytesMoved", report.bytesMoved())
              .put("bytesReused", report.bytesReused())
              .put("seconds", report.duration().toMillis() / 1000.0)
              .set("source", Documents.source(snapshot)));
      console.results(results(selection, report));
      console.note(
          "moved %s, reused %s, in %s"
              .formatted(
                  ByteSize.format(report.bytesMoved()),
                  ByteSize.format(report.bytesReused()),
                  Texts.duration(report.duration())));
      return 0;
    }
  }

  private static Map<String, String> results(Selection selection, FetchReport report) {
    Map<String, String> results = new LinkedHashMap<>();
    results.put("MODEL_SIZE", Long.toString(selection.size()));
    results.put("DOWNLOAD_TIME", Long.toString(report.duration().toSeconds()));
    results.put("BYTES_MOVED", Long.toString(report.bytesMoved()));
    results.putAll(Reports.provenance(selection.snapshot()));
    return results;
  }
}
