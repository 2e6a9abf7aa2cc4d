package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.tekton.PipelineRuns;
import dev.modelcar.kubernetes.tekton.RunOutcome;
import dev.modelcar.kubernetes.tekton.RunRequest;
import dev.modelcar.kubernetes.tekton.RunSettings;
import dev.modelcar.kubernetes.tekton.VolumeGroup;
import java.time.Duration;
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
      "  modelcar run --follow modelcar-ship-x7k2p     a run that is under way, or has ended",
      "  modelcar run --resume modelcar-ship-x7k2p     the same again; what has arrived is kept",
      "  modelcar run --resume modelcar-ship-x7k2p --task-memory ship=1GiB",
      "",
      "A parameter that is a list is given several times. The pipelines come from `modelcar render`."
    })
final class RunCommand extends Command {
  private static final String STANDARD_ACCOUNT = "modelcar";

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
      description = "who runs the tasks (default: " + STANDARD_ACCOUNT + ")")
  @Nullable String serviceAccount;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "the time for all of it, a minute at the least (default: 26h)")
  @Nullable String timeout;

  @Option(
      names = "--task-memory",
      paramLabel = "TASK=SIZE",
      description = "another amount of memory for a task, such as ship=1GiB; repeatable")
  Map<String, String> taskMemory = new LinkedHashMap<>();

  @Option(
      names = "--fs-group",
      paramLabel = "GID|none",
      description =
          "the group that volumes are given to, so that tasks may write on them"
              + " (default: 65532 where a workspace is a pvc:, but none on OpenShift)")
  @Nullable String fsGroup;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "start a run that has ended once more, as it was but for --timeout, --task-memory and"
              + " --fs-group")
  @Nullable String resume;

  @Option(
      names = "--follow",
      paramLabel = "RUN",
      description = "start nothing, but follow this run, and end as it does or did")
  @Nullable String follow;

  @Option(names = "--detach", description = "start it, print its name, and do not follow")
  boolean detach;

  @Option(names = "--cancel", description = "cancel the run when this command is interrupted")
  boolean cancel;

  @Override
  public Integer call() {
    Console console = console();
    check();
    RunSettings settings = new RunSettings(timeout(), memory(), volumeGroup());
    Map<String, List<String>> values = values();
    RunView view = new RunView(console);
    try (PipelineRuns runs = PipelineRuns.connect(Optional.ofNullable(namespace))) {
      String name = name(runs, settings, values, view);
      if (detach) {
        console.result(name);
        console.document(Json.object().put("run", name).put("namespace", runs.namespace()));
        return 0;
      }
      console.note("run %s in the namespace %s".formatted(name, runs.namespace()));
      view.report(follow(console, runs, name, view));
      return 0;
    }
  }

  // ---- what is asked for ----

  private void check() {
    int ways = (pipeline.isEmpty() ? 0 : 1) + (resume == null ? 0 : 1) + (follow == null ? 0 : 1);
    if (ways != 1) {
      throw TransferOptions.usage(
          "name a pipeline, or a run with --resume or --follow: one of them");
    }
    if (resume != null || follow != null) {
      refuse("--param", !params.isEmpty());
      refuse("--workspace", !workspaces.isEmpty());
      refuse("--service-account", serviceAccount != null);
    }
    if (follow != null) {
      refuse("--timeout", timeout != null);
      refuse("--task-memory", !taskMemory.isEmpty());
      refuse("--fs-group", fsGroup != null);
      refuse("--detach", detach);
    }
  }

  private void refuse(String option, boolean given) {
    if (given) {
      throw TransferOptions.usage(
          "%s changes nothing in a run that is there: it is not for %s"
              .formatted(option, resume == null ? "--follow" : "--resume"));
    }
  }

  private String name(
      PipelineRuns runs, RunSettings settings, Map<String, List<String>> values, RunView view) {
    if (follow != null) {
      runs.find(follow);
      return follow;
    }
    if (resume != null) {
      return runs.startAnew(resume, settings, view);
    }
    String account = Optional.ofNullable(serviceAccount).orElse(STANDARD_ACCOUNT);
    return runs.start(new RunRequest(pipeline, values, workspaces, account, settings));
  }

  private Map<String, List<String>> values() {
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
    return values;
  }

  private Optional<Duration> timeout() {
    return Optional.ofNullable(timeout).map(text -> TransferOptions.duration("--timeout", text));
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

  private VolumeGroup volumeGroup() {
    if (fsGroup == null) {
      return new VolumeGroup.Usual();
    }
    if (fsGroup.equals("none")) {
      return new VolumeGroup.None();
    }
    if (!fsGroup.matches("\\d{1,9}")) {
      throw TransferOptions.usage(
          "--fs-group takes the number of a group, or none, not " + fsGroup);
    }
    return new VolumeGroup.Gid(Long.parseLong(fsGroup));
  }

  // ---- following ----

  private RunOutcome follow(Console console, PipelineRuns runs, String name, RunView view) {
    try (LastWord _ = new LastWord()) {
      return followOrStop(console, runs, name, view);
    }
  }

  private RunOutcome followOrStop(Console console, PipelineRuns runs, String name, RunView view) {
    try {
      return runs.follow(name, view);
    } catch (ModelcarException e) {
      if (e.code() != CoreError.STOPPED) {
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
          "`modelcar run --follow %s` follows it again; once it has ended, %s"
              .formatted(name, RunView.goOn(name)),
          e);
    }
  }
}
