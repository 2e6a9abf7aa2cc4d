package dev.modelcar.cli.views;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.documents.DocumentWriter;
import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import dev.modelcar.report.RunRecord;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command prints: results to standard output, everything else to standard error. Any text
 * may come from outside, so each is one line in which a terminal obeys nothing.
 *
 * @param environment with the streams
 * @param json whether the result is one JSON document instead of text
 * @param quiet whether notes are left out
 * @param verbose whether there are more notes
 * @param resultsDir where each result is written to a file of its own
 * @param record of the run, if somebody is to look at it
 */
public record Console(
    Environment environment,
    boolean json,
    boolean quiet,
    boolean verbose,
    Optional<Path> resultsDir,
    Optional<RunRecord> record) {

  private static final String POD_LOGIN =
      "Put the login into a Secret (`kubectl create secret docker-registry NAME --docker-server=HOST"
          + " …`) and start the run with `-w dockerconfig=secret:NAME`; in modelcar-build-push-pipeline,"
          + " registry-auth or quay-auth.";

  private static final String POD_TOKEN =
      " In a pod, the token comes from the key token of a Secret: `kubectl create secret generic"
          + " huggingface --from-literal=token=…`; the parameter hf-token-secret names another.";

  private static final String POD_VOLUME =
      " A volume of a pod needs a group that may write to it: `modelcar run --fs-group 65532`, or"
          + " fsGroup in the run's podTemplate.";

  /** Text for people. */
  public static Console of(Environment environment) {
    return new Console(environment, false, false, false, Optional.empty(), Optional.empty());
  }

  /** Something that is good to know; not printed with {@code --quiet}. */
  public void note(String text) {
    if (!quiet) {
      println(environment.err(), text);
    }
  }

  /** A note that is only printed with {@code --verbose}. */
  public void detail(String text) {
    if (verbose) {
      note(text);
    }
  }

  /** A question; the cursor stays behind it. */
  public void ask(String question) {
    environment.err().print(Texts.printable(question));
    environment.err().flush();
  }

  /** Something that nobody should miss. */
  public void warn(String text) {
    println(environment.err(), "warning: " + text);
  }

  /** A result for people; JSON has its own form. */
  public void result(String text) {
    if (!json) {
      println(environment.out(), text);
    }
  }

  /** A text of this program, with its line breaks. */
  public void script(String text) {
    environment.out().print(text);
    environment.out().flush();
  }

  /** The bytes of a JSON document as they are; escaped where they would be obeyed. */
  public void raw(byte[] bytes) {
    if (environment.outIsTerminal()) {
      println(environment.out(), new String(bytes, StandardCharsets.UTF_8));
    } else {
      environment.out().writeBytes(bytes);
      environment.out().flush();
    }
  }

  private static void println(PrintStream stream, String text) {
    stream.println(Texts.printable(text));
  }

  /**
   * The one JSON document of a run.
   *
   * @param parts records or maps whose keys it has, in their order
   */
  public void document(Object... parts) {
    if (json || record.isPresent()) {
      ObjectNode document = DocumentWriter.tree(parts);
      record.ifPresent(run -> run.result(document));
      if (json) {
        environment.out().println(Json.pretty(document));
      }
    }
  }

  /** The failure of one target among several. */
  public void problem(String target, ModelcarException e) {
    error(environment.err(), target + ": " + e.getMessage(), hint(e), e.code().id());
  }

  /** Prints an error in the form that all errors have; what follows its first line is marked. */
  static void error(PrintStream err, String message, String hint, String id) {
    List<String> lines = message.lines().filter(line -> !line.isBlank()).toList();
    println(err, "error: " + (lines.isEmpty() ? "" : lines.getFirst()));
    lines.stream().skip(1).forEach(line -> println(err, "  | " + line.strip()));
    println(err, "  what to do: " + hint);
    println(err, "  error id: " + id);
  }

  /** Fails if results cannot be written; better now than when the work is done. */
  public Console checked() {
    resultsDir.ifPresent(folder -> new ResultFiles(folder).check());
    return this;
  }

  /** Writes one file for each result, without a trailing line break, as Tekton expects. */
  public void results(Map<String, String> results) {
    resultsDir.ifPresent(folder -> new ResultFiles(folder).write(results));
  }

  /**
   * As many items of a list as Tekton takes beside all other results: more would fail a task whose
   * work is done.
   */
  public List<String> fitting(String name, List<String> items, Map<String, String> others) {
    return resultsDir
        .map(folder -> new ResultFiles(folder).fitting(name, items, others))
        .orElse(items);
  }

  /** What to do, where the login of a pod is not that of a person. */
  private String hint(ModelcarException e) {
    if (environment.variable("KUBERNETES_SERVICE_HOST").isEmpty()) {
      return e.hint();
    }
    if (e.code() == OciError.TARGET_NOT_WRITABLE) {
      return e.hint() + POD_VOLUME;
    }
    return e.hint().contains("modelcar login")
        ? POD_LOGIN
        : e.hint().contains("HF_TOKEN") ? e.hint() + POD_TOKEN : e.hint();
  }

  /**
   * Prints a failure and returns the exit code.
   *
   * @param parts of the JSON document before the error
   */
  public int failure(ModelcarException given, Object... parts) {
    String hint = hint(given);
    ModelcarException e = hint.equals(given.hint()) ? given : given.advising(hint);
    List<Object> document = new ArrayList<>(List.of(parts));
    document.add(Map.of("error", FailureDocument.of(e)));
    document(document.toArray());
    PrintStream err = environment.err();
    error(err, String.valueOf(e.getMessage()), e.hint(), e.code().id());
    if (e.code().category() == ErrorCategory.INTERNAL) {
      trace(e);
    }
    return e.code().category().exitCode();
  }

  private void trace(Throwable failure) {
    String led = "";
    for (Throwable e = failure; e != null; e = e.getCause()) {
      println(environment.err(), led + e);
      for (StackTraceElement frame : e.getStackTrace()) {
        println(environment.err(), "    at " + frame);
      }
      led = "caused by: ";
    }
  }
}
