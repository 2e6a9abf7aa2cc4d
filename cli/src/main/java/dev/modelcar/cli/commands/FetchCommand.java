package dev.modelcar.cli.commands;

import dev.modelcar.cli.documents.ModelDocument;
import dev.modelcar.cli.options.ConsumedFiles;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.SourceOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
import dev.modelcar.cli.views.SourceNotes;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.fetch.FetchReport;
import dev.modelcar.packaging.fetch.ModelFetcher;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads model files into a folder. */
@CommandLine.Command(
    name = "fetch",
    description =
        "Downloads a model's files into a folder, verifies them, and resumes after a failure.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar fetch hf://Qwen/Qwen3-0.6B ./qwen3",
      "  modelcar fetch hf://Qwen/Qwen3-0.6B ./qwen3 --include '*.json'",
      "",
      "Downloads all files, as `hf download --local-dir` does, in the same layout: what one of"
          + " them has finished, the other does not fetch again; a file left half done, the other"
          + " starts over. --prune removes such leftovers. --serving downloads only what `modelcar"
          + " ship` packs."
    })
final class FetchCommand extends RegistryCommand {
  @Mixin SourceOptions source = new SourceOptions();

  @Parameters(index = "1", paramLabel = "DIR", description = "the folder; created if missing")
  Path folder = Path.of("");

  @Option(names = "--serving", description = "only what serving needs, without duplicate weights")
  boolean serving;

  @Option(names = "--prune", description = "remove files of earlier fetches not in this model")
  boolean prune;

  @Override
  public Integer call() {
    if (prune && !(source.reference() instanceof SourceReference.Hub)) {
      throw Usage.invalid("--prune needs a repository of the Hub as SOURCE");
    }
    Console console = console().checked();
    try (Session session = session();
        Snapshot snapshot = session.sources().resolve(source.reference())) {
      SourceNotes.print(console, snapshot);
      Selection selection =
          serving ? source.policy().select(snapshot) : source.policy().selectFiles(snapshot);
      SourceNotes.print(console, selection, false);
      FetchReport report;
      try (Progress progress = Progress.on(console, "fetching")) {
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
              .put("seconds", report.duration().toMillis() / 1000.0),
          Map.of("source", ModelDocument.Source.of(snapshot)));
      Map<String, String> results = Reports.provenance(snapshot);
      results.put("MODEL_SIZE", Long.toString(selection.size()));
      results.put("DOWNLOAD_TIME", Long.toString(report.duration().toSeconds()));
      results.put("BYTES_MOVED", Long.toString(report.bytesMoved()));
      console.results(results);
      Reports.noteMoved(console, report.bytesMoved(), report.bytesReused(), report.duration());
      return 0;
    }
  }
}
