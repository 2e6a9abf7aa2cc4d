package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.cli.views.Version;
import dev.modelcar.core.IoReason;
import dev.modelcar.findings.redaction.Redactor;
import dev.modelcar.report.LiveServer;
import dev.modelcar.report.Page;
import dev.modelcar.report.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The page of a run: a file, and live. What goes wrong with it is a warning; the run's own outcome
 * stands.
 */
public final class PageOptions {
  private static final String LOOPBACK = "127.0.0.1:0";

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "write what the command did as a page for a browser, complete in one file")
  @Nullable Path file;

  @Option(
      names = "--live",
      arity = "0..1",
      fallbackValue = LOOPBACK,
      paramLabel = "HOST:PORT",
      description =
          "serve the same page while the command runs (default: any free port of 127.0.0.1; elsewhere the address"
              + " has a token)")
  @Nullable String live;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  private boolean kept;
  private Optional<RunRecord> record = Optional.empty();
  private Optional<LiveServer> server = Optional.empty();

  /** The run is recorded though nobody looks at a page: the command passes it on. */
  void keep() {
    kept = true;
  }

  /** The record of this run, which begins with the first call; none if nobody is to look at it. */
  synchronized Optional<RunRecord> record(Environment environment) {
    if (record.isEmpty() && (file != null || live != null || kept)) {
      List<String> words = spec.root().commandLine().getParseResult().originalArgs();
      RunRecord made =
          new RunRecord(
              Redactor.redactWords(words), Version.line(), Instant.now(), System::nanoTime);
      record = Optional.of(made);
      serve(Console.of(environment), made);
    }
    return record;
  }

  private void serve(Console console, RunRecord made) {
    String address = live;
    if (address == null) {
      return;
    }
    int colon = address.lastIndexOf(':');
    String port = address.substring(colon + 1);
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
      throw Usage.invalid("--live takes HOST:PORT, such as 127.0.0.1:8080, not " + address);
    }
    String host = colon <= 0 ? "127.0.0.1" : address.substring(0, colon).replaceAll("[\\[\\]]", "");
    try {
      LiveServer started = LiveServer.start(host, Integer.parseInt(port), made);
      server = Optional.of(started);
      console.note("live: " + started.uri());
    } catch (IOException e) {
      console.warn("no live page at %s: %s".formatted(address, IoReason.of(e)));
    }
  }

  void end(Environment environment, int code) {
    record.ifPresent(run -> {
      run.exitCode(code);
      Path wanted = file;
      if (wanted != null) {
        write(Console.of(environment), wanted, run);
      }
    });
    server.ifPresent(LiveServer::close);
  }

  /** A page is there as a whole or not at all. */
  private static void write(Console console, Path file, RunRecord run) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try {
        Files.writeString(part, Page.of(run.json()), StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        Files.deleteIfExists(part);
        throw e;
      }
    } catch (IOException e) {
      console.warn("the page %s cannot be written: %s".formatted(file, IoReason.of(e)));
    }
  }
}
