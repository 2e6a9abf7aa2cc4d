package dev.modelcar.cli.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubAddress;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import dev.modelcar.testkit.server.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A first try, without a network. */
@CommandLine.Command(
    name = "demo",
    description = "Ships a generated model from a local fake hub to a local fake registry, twice.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar demo --size 512")
final class DemoCommand extends Command {
  private static final int SHARDS = 4;

  /** Checks digests as any registry does but keeps only documents, so the demo needs no space. */
  private static final RegistrySettings SINK =
      RegistrySettings.defaults().withStorage(new Storage.Discarding());

  @Option(
      names = "--size",
      paramLabel = "MiB",
      description = "size of the model (default: ${DEFAULT-VALUE})")
  int size = 256;

  /** What a launcher's first run learns from: a start costs more where both sides speak TLS. */
  @Option(names = "--tls", paramLabel = "DIR", hidden = true)
  Optional<Path> keys = Optional.empty();

  @Override
  public Integer call() {
    if (size < SHARDS || size > 1 << 20) {
      throw Usage.invalid("--size takes a number of MiB from 4 to 1048576");
    }
    Console console = console();
    console.note("generating a model of " + ByteSize.format((long) size << 20));
    GeneratedModel model = GeneratedModel.llama(7, SHARDS, ((long) size << 20) / SHARDS);
    model.hashAll();
    return keys.isPresent()
        ? overTls(model, keys.get())
        : demonstrate(model, HubAddress.loopback(), SINK, Map.of());
  }

  private int overTls(GeneratedModel model, Path folder) {
    try {
      TestTls made = TestTls.create(Files.createDirectories(folder));
      return demonstrate(
          model,
          HubAddress.loopback().withTls(made.serverContext()),
          SINK.withTls(made.serverContext()),
          Map.of("SSL_CERT_FILE", made.caFile().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int demonstrate(
      GeneratedModel model,
      HubAddress address,
      RegistrySettings settings,
      Map<String, String> trust) {
    Console console = console();
    ByteArrayOutputStream documents = new ByteArrayOutputStream();
    try (FakeHub hub = FakeHub.start(address);
        FakeRegistry registry = FakeRegistry.start(settings)) {
      hub.add("demo/tiny-llama", model.withConsolidated());
      Map<String, String> variables = new HashMap<>(environment().variables());
      variables.putAll(trust);
      variables.put("HF_ENDPOINT", hub.endpoint().toString());
      variables.put("HF_TOKEN", "");
      String target = registry.uri() + "/demo/tiny-llama:v1";
      int code = ship(documents, variables, target, "The first run moves everything:");
      if (code != 0) {
        return code;
      }
      console.note("the hub served " + ByteSize.format(hub.bytesServed()));
      long before = hub.bytesServed();
      code = ship(documents, variables, target, "The second run moves nothing:");
      console.note(
          "the hub served %s more: file lists and the headers of the weights"
              .formatted(ByteSize.format(hub.bytesServed() - before)));
      if (console.json()) {
        String both = documents.toString(StandardCharsets.UTF_8);
        int second = both.indexOf("\n}") + 2;
        console.document(
            Map.of("runs", List.of(tree(both.substring(0, second)), tree(both.substring(second)))));
      }
      console.note("");
      console.note("To ship a model of your own:");
      console.note("  modelcar ship ./my-model --base none --to oci:./image:v1");
      console.note("  modelcar ship hf://ORG/NAME --to REGISTRY/REPOSITORY:TAG");
      return code;
    }
  }

  private int ship(
      ByteArrayOutputStream documents,
      Map<String, String> variables,
      String target,
      String heading) {
    Console console = console();
    console.note("");
    console.note(heading);
    console.note("$ modelcar ship hf://demo/tiny-llama --base none --to " + target);
    // Later runs must not reuse what a demo has done.
    List<String> words =
        new ArrayList<>(List.of("ship", "hf://demo/tiny-llama", "--base=none", "--state-dir=none"));
    words.addAll(List.of("--receipts=never", "--to", target));
    if (console.quiet()) {
      words.add("--quiet");
    }
    Environment inner = environment().with(variables);
    if (console.json()) {
      words.add("--output=json");
      inner = inner.writingTo(documents);
    }
    return program().run(inner, words.toArray(String[]::new));
  }

  private static JsonNode tree(String document) {
    try {
      return Json.parse(document.getBytes(StandardCharsets.UTF_8));
    } catch (Json.InvalidJsonException e) {
      throw new IllegalStateException(e);
    }
  }
}
