package dev.modelcar.cli.commands.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a task ended, as Tekton tells the tasks after it. */
record TaskStatus(String name, String status, String reason) {

  /** Reads {@code NAME=STATUS/REASON}, of which everything but the name may be missing. */
  static TaskStatus parse(String text) {
    int equals = text.indexOf('=');
    String[] outcome = (equals < 0 ? "" : text.substring(equals + 1)).split("/", 2);
    return new TaskStatus(
        equals < 0 ? text : text.substring(0, equals),
        outcome[0],
        outcome.length > 1 ? outcome[1] : "");
  }

  boolean failed() {
    return status.equals("Failed");
  }

  /** That it failed, in words; empty if it did not. */
  Optional<String> failure() {
    return failed()
        ? Optional.of(
            reason.isEmpty() ? name + " failed" : "%s failed (%s)".formatted(name, reason))
        : Optional.empty();
  }

  String line() {
    return "%s: %s%s"
        .formatted(
            name,
            status.equals("None") ? "did not run" : status,
            failed() && !reason.isEmpty() ? " (" + reason + ")" : "");
  }

  /** What a diagnosis says of it. */
  Optional<Finding> finding(Report report) {
    return report.findings().stream()
        .filter(found -> found.task().equals(name) && found.object().startsWith("taskrun/"))
        .findFirst();
  }

  /** The objects that these words describe. */
  static Case known(String run, String status, List<TaskStatus> tasks) {
    List<KubeObject> objects = new ArrayList<>();
    objects.add(object("PipelineRun", run, status.equals("Failed") ? "False" : "Unknown", status));
    for (TaskStatus task : tasks) {
      if (!task.status().isEmpty() && !task.status().equals("None")) {
        KubeObject object =
            object(
                "TaskRun",
                run + "-" + task.name(),
                task.failed() ? "False" : "True",
                task.reason().isEmpty() ? task.status() : task.reason());
        ((ObjectNode) object.node().path("metadata"))
            .putObject("labels")
            .put("tekton.dev/pipelineRun", run)
            .put("tekton.dev/pipelineTask", task.name());
        objects.add(object);
      }
    }
    return new Case(objects, List.of(), List.of(), List.of());
  }

  private static KubeObject object(String kind, String name, String status, String reason) {
    ObjectNode node = Json.object().put("apiVersion", "tekton.dev/v1").put("kind", kind);
    node.putObject("metadata").put("name", name);
    node.putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Succeeded")
        .put("status", status)
        .put("reason", reason)
        .put("message", "");
    return new KubeObject(node);
  }
}
