package dev.modelcar.cli.commands.shell;

import dev.modelcar.cli.options.RegistryOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.hub.HubSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Words of which only modelcar knows. Whatever fails, there are none: nobody who presses a key
 * wants to read why.
 */
record Words(Console console, RegistryOptions registry) {
  private static final String HUB = "hf://";
  private static final String FOLDER = "models--";

  /** How long a person waits for a word. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int MOST = 500;

  List<String> of(String beginning) {
    Stream<String> words;
    if (HUB.startsWith(beginning) || beginning.startsWith(HUB)) {
      words = models(beginning);
    } else {
      int colon = beginning.lastIndexOf(':');
      words =
          colon > beginning.lastIndexOf('/') && beginning.indexOf('/') > 0
              ? tags(beginning.substring(0, colon))
              : Stream.empty();
    }
    return words.filter(word -> word.startsWith(beginning)).limit(MOST).toList();
  }

  /** Those in the cache of the Hub's own client, and their branches once a model stands there. */
  private Stream<String> models(String beginning) {
    Path cache = HubSettings.of(console.environment().variables()).cache();
    int at = beginning.indexOf('@');
    if (at > 0) {
      String model = beginning.substring(0, at);
      Path refs =
          cache.resolve(FOLDER + model.substring(HUB.length()).replace("/", "--")).resolve("refs");
      return names(refs).stream().map(name -> model + "@" + name);
    }
    return names(cache).stream()
        .filter(name -> name.startsWith(FOLDER))
        .map(name -> HUB + name.substring(FOLDER.length()).replaceFirst("--", "/"));
  }

  private static SortedSet<String> names(Path folder) {
    SortedSet<String> names = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
      } catch (IOException e) {
        return names;
      }
    }
    return names;
  }

  /** A registry that does not respond at once is not waited for. */
  private Stream<String> tags(String repository) {
    CompletableFuture<List<String>> found = new CompletableFuture<>();
    var _ =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              TransferOptions brief = new TransferOptions();
              brief.giveUpAtOnce();
              try (Session session = new Session(console, registry, brief)) {
                found.complete(session.reader(session.reference(repository)).tags());
              } catch (ModelcarException e) {
                found.complete(List.of());
              }
            });
    try {
      return found.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).stream()
          .map(tag -> repository + ":" + tag);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Stream.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Stream.empty();
    }
  }
}
