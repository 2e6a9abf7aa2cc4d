package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.diagnosis.FailedRun;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.RegistryOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.ShutdownHook;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.render.TektonBundle;
import dev.modelcar.kubernetes.tekton.BundledPipeline;
import dev.modelcar.kubernetes.tekton.PipelineRuns;
import dev.modelcar.kubernetes.tekton.RunOutcome;
import dev.modelcar.kubernetes.tekton.RunRequest;
import dev.modelcar.kubernetes.tekton.RunSettings;
import dev.modelcar.kubernetes.tekton.VolumeGroup;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
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

/** Runs a pipeline on a cluster. */
@CommandLine.Command(
    name = "run",
    description = "Starts a pipeline on the cluster of KUBECONFIG and follows it until it ends.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar run modelcar-ship-pipeline -p source=hf://Qwen/Qwen3-0.6B \\",
      "    -p targets=registry.example.com/models/qwen3:0.6b --workspace dockerconfig=secret:registry",
      "  modelcar run --follow modelcar-ship-x7k2p     a run in progress or finished",
      "  modelcar run --resume modelcar-ship-x7k2p     again, keeping what has arrived",
      "  modelcar run --resume modelcar-ship-x7k2p --task-memory ship=1GiB",
      "",
      "Repeat --param for each element of a list. `modelcar render` writes the pipelines."
    })
public final class RunCommand extends Command {
  private static final String STANDARD_ACCOUNT = "modelcar";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PIPELINE",
      description = "name of a pipeline in the namespace")
  String pipeline = "";

  @Option(
      names = "--bundle",
      paramLabel = "REF",
      description = "Tekton bundle that has the pipeline (default: the namespace has it)")
  @Nullable String bundle;

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
      description = "namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = "--service-account",
      paramLabel = "NAME",
      description = "service account of the tasks (default: " + STANDARD_ACCOUNT + ")")
  @Nullable String serviceAccount;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "limit for the whole run, at least 1m (default: 26h)")
  @Nullable String timeout;

  @Option(
      names = "--task-memory",
      paramLabel = "TASK=SIZE",
      description = "memory of a task, such as ship=1GiB; repeatable")
  Map<String, String> taskMemory = new LinkedHashMap<>();

  @Option(
      names = "--fs-group",
      paramLabel = "GID|none",
      description =
          "group that owns the volumes, so that tasks can write to them (default: 65532 if a"
              + " workspace is a pvc:, none on OpenShift)")
  @Nullable String fsGroup;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "start a finished run again, unchanged except for --timeout, --task-memory and --fs-group")
  @Nullable String resume;

  @Option(
      names = "--follow",
      paramLabel = "RUN",
      description = "follow this run, start nothing, and exit as it ends")
  @Nullable String follow;

  @Option(names = "--detach", description = "print the name of the run and do not follow it")
  boolean detach;

  @Option(names = "--cancel", description = "cancel the run if this command is interrupted")
  boolean cancel;

  @Override
  public Integer call() {
    Console console = console();
    check();
    Optional<Duration> limit =
        Optional.ofNullable(timeout).map(text -> TransferOptions.duration("--timeout", text));
    RunSettings settings = new RunSettings(limit, memory(), volumeGroup());
    Map<String, List<String>> values = values();
    RunView view = new RunView(console);
    // After a signal, cancelling takes a few requests.
    try (ShutdownHook _ = new ShutdownHook(() -> {}, Duration.ofSeconds(10));
        PipelineRuns runs = PipelineRuns.connect(Optional.ofNullable(namespace))) {
      String name = name(runs, settings, values, view);
      if (detach) {
        console.result(name);
        console.document(Json.object().put("run", name).put("namespace", runs.namespace()));
        return 0;
      }
      console.note("run %s in namespace %s".formatted(name, runs.namespace()));
      RunOutcome outcome = follow(console, runs, name, view);
      return view.report(
          outcome, () -> FailedRun.diagnose(Optional.of(runs.namespace()), name, outcome.seen()));
    }
  }

  // ---- arguments ----

  private void check() {
    int ways = (pipeline.isEmpty() ? 0 : 1) + (resume == null ? 0 : 1) + (follow == null ? 0 : 1);
    if (ways != 1) {
      throw Usage.invalid("give either a pipeline, or a run with --resume or --follow");
    }
    if (resume != null || follow != null) {
      refuse("--bundle", bundle != null);
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
      throw Usage.invalid(
          "%s cannot be combined with %s, as it would not change an existing run"
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
    return runs.start(
        new RunRequest(
            pipeline,
            Optional.ofNullable(bundle).map(this::bundled),
            values,
            workspaces,
            account,
            settings));
  }

  /** The cluster fetches the bundle itself; what the pipeline declares has to be known here. */
  private BundledPipeline bundled(String text) {
    try (Session session = new Session(console(), new RegistryOptions(), new TransferOptions())) {
      ImageReference reference = session.reference(text);
      if (!(reference instanceof ImageReference.Registry registry)) {
        throw Usage.invalid("--bundle takes an image in a registry, not " + text);
      }
      if (registry.digest().isEmpty()) {
        reference = registry.withTag(registry.tag().orElse("latest"));
      }
      ImageReader reader = session.reader(reference);
      RawManifest manifest = ImageTree.find(reader, reference);
      return new BundledPipeline(
          Session.pinned(reference, manifest.digest()),
          TektonBundle.pipeline(reader, manifest, pipeline));
    }
  }

  private Map<String, List<String>> values() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String param : params) {
      int equals = param.indexOf('=');
      if (equals < 1) {
        throw Usage.invalid("--param takes NAME=VALUE, not " + param);
      }
      values
          .computeIfAbsent(param.substring(0, equals), key -> new ArrayList<>())
          .add(param.substring(equals + 1));
    }
    return values;
  }

  private Map<String, Long> memory() {
    Map<String, Long> memory = new LinkedHashMap<>();
    for (Map.Entry<String, String> given : taskMemory.entrySet()) {
      long size =
          ByteSize.parse(given.getValue())
              .orElseThrow(() ->
                  Usage.invalid("--task-memory takes TASK=SIZE such as ship=1GiB, not " + given));
      memory.put(given.getKey(), size);
    }
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
      throw Usage.invalid("--fs-group takes a numeric group id or none, not " + fsGroup);
    }
    return new VolumeGroup.Gid(Long.parseLong(fsGroup));
  }

  // ---- following ----

  private RunOutcome follow(Console console, PipelineRuns runs, String name, RunView view) {
    try {
      return runs.follow(name, view);
    } catch (ModelcarException e) {
      if (e.code() != CoreError.STOPPED) {
        throw e;
      }
      if (cancel) {
        // Cancelling must not be interrupted.
        var _ = Thread.interrupted();
        runs.cancel(name);
        console.note("cancelled %s; its report task still runs".formatted(name));
      }
      throw new ModelcarException(
          e.code(),
          "stopped following %s, which %s".formatted(name, cancel ? "was cancelled" : "continues"),
          "`modelcar run --follow %s` follows it again; once it has ended, %s"
              .formatted(name, RunView.resumeHint(name)),
          e);
    }
  }
}
