package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.tree.At;
import java.util.List;

/** What Tekton's validating webhook refuses, with the settings that Tekton comes with. */
public final class TektonChecks {
  private TektonChecks() {}

  /**
   * Checks an object.
   *
   * @param root as it is after decoding and with defaults
   */
  public static void check(GroupKind kind, At root, Problems problems) {
    Check check = new Check(problems, kind.version().equals("v1beta1"));
    At spec = root.get("spec");
    List<Param> params = Param.declared(spec.get("params"));
    switch (kind.kind()) {
      case "Task" -> {
        TaskChecks tasks = new TaskChecks(check);
        tasks.spec(spec);
        tasks.usage(spec, params);
        if (check.beta() && spec.get("resources").isPresent()) {
          check.add(Rule.FIELD_VALUE, spec.get("resources"), "PipelineResources no longer exist");
        }
      }
      case "StepAction" -> new TaskChecks(check).action(spec);
      case "Pipeline" -> {
        PipelineChecks pipelines = new PipelineChecks(check);
        pipelines.spec(spec);
        pipelines.embeddedUsage(spec, params);
        pipelines.usage(spec, params);
        pipelines.workspaces(spec, PipelineChecks.names(spec.get("workspaces")));
      }
      case "TaskRun" -> new RunChecks(check).taskRun(spec);
      case "PipelineRun" -> new RunChecks(check).pipelineRun(spec);
      default -> {}
    }
  }
}
