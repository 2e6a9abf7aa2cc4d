package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.FailedTask;
import dev.modelcar.kubernetes.PipelineRuns;
import dev.modelcar.kubernetes.RunListener;
import dev.modelcar.kubernetes.RunOutcome;
import dev.modelcar.kubernetes.RunRequest;
import dev.modelcar.kubernetes.TaskAdvice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A pipeline on a cluster, from its start to its end. */
@CommandLine.Command(
    name = "run",
    description = "Starts a pipeline on the cluster of KUBECONFIG and follows it to its end.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar run modelcar-ship-pipeline -p source=hf://Qwen/Qwen3-0.6B \\",
      "    -p targets=registry.example.com/models/qwen3:0.6b --workspace dockerconfig=secret:registry",
      "  modelcar run --resume modelcar-ship-x7k2p     the same again; what has arrived is kept",
      "",
      "A parameter that is a list is given several times. The pipelines come from `modelcar render`."
    })
final class RunCommand extends Command {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PIPELINE",
      description = "the name of a pipeline in the namespace")
  String pipeline = "";

  @Option(
      names = {"-p", "--param"},
      paramLabel = "NAME=VALUE",
      description = "a parameter; repeatable")
  List<String> params = new ArrayList<>();

  @Option(
      names = {"-w", "--workspace"},
      paramLabel = "NAME=SOURCE",
      description = "secret:NAME, configmap:NAME, pvc:NAME or emptydir; repeatable")
  Map<String, String> workspaces = new LinkedHashMap<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "the namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = "--service-account",
      paramLabel = "NAME",
      description = "who runs the tasks (default: ${DEFAULT-VALUE})")
  String serviceAccount = "modelcar";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "the time for all of it (default: ${DEFAULT-VALUE})")
  String timeout = "26h";

  @Option(
      names = "--task-memory",
      paramLabel = "TASK=SIZE",
      description = "another amount of memory for a task, such as ship=1GiB; repeatable")
  Map<String, String> taskMemory = new LinkedHashMap<>();

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "start a run that has ended once more, as it was")
  @Nullable String resume;

  @Option(names = "--detach", description = "start it, print its name, and do not follow")
  boolean detach;

  @Option(names = "--cancel", description = "cancel the run when this command is interrupted")
  boolean cancel;

  @Override
  public Integer call() {
    Console console = console();
    try (PipelineRuns runs = PipelineRuns.connect(Optional.ofNullable(namespace))) {
      String name = start(runs);
      if (detach) {
        console.result(name);
        console.document(Json.object().put("run", name).put("namespace", runs.namespace()));
        return 0;
      }
      console.note("run %s in the namespace %s".formatted(name, runs.namespace()));
      return report(console, follow(console, runs, name));
    }
  }

  private String start(PipelineRuns runs) {
    if (resume != null) {
      return runs.startAnew(resume);
    }
    if (pipeline.isEmpty()) {
      throw TransferOptions.usage("name a pipeline, or a run with --resume");
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String param : params) {
      int equals = param.indexOf('=');
      if (equals < 1) {
        throw TransferOptions.usage("--param takes NAME=VALUE, not " + param);
      }
      values
          .computeIfAbsent(param.substring(0, equals), key -> new ArrayList<>())
          .add(param.substring(equals + 1));
    }
    return runs.start(
        new RunRequest(
            pipeline,
            values,
            workspaces,
            serviceAccount,
            TransferOptions.duration("--timeout", timeout),
            memory()));
  }

  private Map<String, Long> memory() {
    Map<String, Long> memory = new LinkedHashMap<>();
    taskMemory.forEach((task, size) ->
        memory.put(
            task,
            ByteSize.parse(size)
                .orElseThrow(() ->
                    TransferOptions.usage(
                        "--task-memory takes TASK=SIZE such as ship=1GiB, not "
                            + task
                            + "="
                            + size))));
    return memory;
  }

  private RunOutcome follow(Console console, PipelineRuns runs, String name) {
    try (LastWord _ = new LastWord()) {
      return followOrStop(console, runs, name);
    }
  }

  private RunOutcome followOrStop(Console console, PipelineRuns runs, String name) {
    try {
      return runs.follow(name, listener(console));
    } catch (ModelcarException e) {
      if (e.code() != ErrorCode.STOPPED) {
        throw e;
      }
      if (cancel) {
        // The interruption has done its work; what follows is not to be interrupted by it.
        var _ = Thread.interrupted();
        runs.cancel(name);
        console.note("cancelled %s: its report still runs".formatted(name));
      }
      throw new ModelcarException(
          e.code(),
          "stopped following %s, which %s".formatted(name, cancel ? "was cancelled" : "goes on"),
          "Once it has ended, " + goOn(name),
          e);
    }
  }

  private static RunListener listener(Console console) {
    return new RunListener() {
      @Override
      public synchronized void task(String task, String reason, String message) {
        console.note(
            reason.equals("Running") || reason.equals("Succeeded")
                ? "%s: %s".formatted(task, reason)
                : "%s: %s (%s)".formatted(task, reason, message));
      }

      @Override
      public synchronized void line(String task, String text) {
        console.note("[%s] %s".formatted(task, text));
      }
    };
  }

  private static String goOn(String name) {
    return "`modelcar run --resume %s` goes on with what has arrived.".formatted(name);
  }

  private static ModelcarException failure(RunOutcome outcome) {
    StringBuilder text =
        new StringBuilder(
            "the run %s ended with %s: %s"
                .formatted(outcome.name(), outcome.reason(), outcome.message()));
    for (FailedTask task : outcome.failures()) {
      text.append("%n  %s: %s (%s)".formatted(task.name(), task.reason(), task.message()));
      TaskAdvice.of(task.reason()).ifPresent(advice -> text.append("%n    ".formatted() + advice));
    }
    return new ModelcarException(ErrorCode.RUN_FAILED, text.toString(), goOn(outcome.name()), null);
  }

  private static int report(Console console, RunOutcome outcome) {
    if (!outcome.succeeded()) {
      throw failure(outcome);
    }
    ObjectNode json = Json.object().put("run", outcome.name());
    ObjectNode results = json.putObject("results");
    outcome
        .results()
        .forEach((key, value) -> {
          results.put(key, value);
          console.result("%-18s %s".formatted(key, value));
        });
    console.document(json);
    return 0;
  }
}
