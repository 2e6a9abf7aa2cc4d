package dev.modelcar.findings.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.evidence.KubeObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What else is known of a failure: what made it possible, and what looks bad and is not why. */
final class Notes {
  private static final Set<String> FOR_ACCOUNT =
      Set.of(
          "push-unauthorized",
          "push-not-authorized",
          "pull-unauthorized",
          "auth-file-not-read",
          "scc-capability-refused",
          "pod-security-refused",
          "kubernetes-forbidden",
          "model-registry-forbidden",
          "registry-unauthorized",
          "registry-forbidden");
  private static final Set<String> FOR_RESOURCES =
      Set.of("step-out-of-memory", "hub-download-memory", "quota-exceeded", "pod-evicted");
  private static final Set<String> FOR_TIMEOUT =
      Set.of("task-timeout", "run-timeout", "build-too-slow", "hub-download-stalled");
  private static final Set<String> FOR_POD =
      Set.of("volume-permission-denied", "shared-file-permission", "pod-unschedulable");

  private final World world;
  private final Judge judge;

  Notes(World world, Judge judge) {
    this.world = world;
    this.judge = judge;
  }

  void addTo(List<Finding> findings) {
    Optional<Finding> cause =
        findings.stream().filter(finding -> finding.role() == Role.CAUSE).findFirst();
    List<DroppedFields.Dropped> dropped = DroppedFields.of(world);
    dropped.forEach(field -> add(field, findings));
    if (cause.isEmpty()) {
      origin().ifPresent(findings::add);
      return;
    }
    Finding first = cause.get();
    smallerClaim(first).ifPresent(better -> findings.set(findings.indexOf(first), better));
    ofTask(first, findings);
    identities(first).ifPresent(findings::add);
    readers(findings).ifPresent(findings::add);
    drift(first).ifPresent(findings::add);
  }

  // ---- fields that were dropped ----

  /** A field that was dropped is the cause of what it would have prevented. */
  private void add(DroppedFields.Dropped field, List<Finding> findings) {
    Clue clue = new Clue(field.source(), field.warning());
    Optional<Match> match = judge.ofCluster(List.of(clue), List.of(), false);
    String path = field.path();
    Rule rule = match.map(Match::rule).orElseGet(() -> judge.rule("field-dropped"));
    Optional<Finding> follows =
        findings.stream()
            .filter(finding -> finding.role() == Role.CAUSE)
            .filter(finding -> explains(path, finding.rule()))
            .findFirst();
    Place place =
        new Place(
            field.object().isEmpty() ? follows.map(Finding::object).orElse("") : field.object(),
            "",
            "",
            follows.map(Finding::task).orElse(""),
            follows.map(Finding::step).orElse(""),
            "",
            "",
            "",
            "",
            Optional.empty(),
            "the field %s was not stored".formatted(path));
    List<String> evidence = new ArrayList<>(List.of(field.source()));
    follows.ifPresent(finding -> evidence.addAll(finding.evidence()));
    Finding finding =
        place.finding(
            follows.isPresent() ? Role.CAUSE : Role.NOTE,
            new Match(rule, Map.of("field", path), evidence));
    follows.ifPresent(other -> findings.set(findings.indexOf(other), other.as(Role.CONSEQUENCE)));
    findings.add(
        rule.id().equals("field-dropped")
            ? new Finding(
                finding.role(),
                finding.severity(),
                finding.rule(),
                "The API server dropped the field " + path,
                finding.message(),
                finding.object(),
                finding.task(),
                finding.step(),
                finding.evidence(),
                finding.counterEvidence(),
                finding.fix(),
                finding.prevent(),
                true,
                "")
            : finding);
  }

  private static boolean explains(String path, String rule) {
    return (path.endsWith("serviceAccountName") && FOR_ACCOUNT.contains(rule))
        || (path.endsWith(".resources") && FOR_RESOURCES.contains(rule))
        || (path.matches("spec\\.timeouts?(\\..*)?") && FOR_TIMEOUT.contains(rule))
        || (path.startsWith("spec.podTemplate") && FOR_POD.contains(rule))
        || (path.contains("orkspace") && rule.equals("workspace-missing"));
  }

  // ---- the volume ----

  private Optional<Finding> smallerClaim(Finding cause) {
    if (!Set.of("disk-full", "temp-disk-full").contains(cause.rule())) {
      return Optional.empty();
    }
    for (KubeObject claim : world.of("PersistentVolumeClaim")) {
      BigDecimal has = Quantity.bytes(claim.text("status", "capacity", "storage"));
      String applied =
          claim.text("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration");
      Matcher wanted = Pattern.compile("\"storage\":\"([^\"]+)\"").matcher(applied);
      BigDecimal asked =
          Quantity.bytes(claim.text("spec", "resources", "requests", "storage"))
              .max(wanted.find() ? Quantity.bytes(wanted.group(1)) : BigDecimal.ZERO);
      if (has.signum() > 0 && has.compareTo(asked) < 0) {
        List<String> evidence = new ArrayList<>(cause.evidence());
        evidence.add(
            "%s: status.capacity %s, requested %s"
                .formatted(
                    claim.reference(),
                    claim.text("status", "capacity", "storage"),
                    claim.text("spec", "resources", "requests", "storage")));
        Place place =
            new Place(
                cause.object(),
                claim.namespace(),
                "",
                cause.task(),
                cause.step(),
                "",
                "",
                "",
                "",
                Optional.empty(),
                "the volume %s is full".formatted(claim.name()));
        return Optional.of(
            place.finding(
                Role.CAUSE,
                new Match(
                    judge.rule("claim-smaller-than-planned"),
                    Map.of("claim", claim.name()),
                    evidence)));
      }
    }
    return Optional.empty();
  }

  // ---- what the failed task shows besides ----

  private void ofTask(Finding cause, List<Finding> findings) {
    world.of("TaskRun").stream()
        .filter(task -> task.reference().equals(cause.object()))
        .map(TaskState::new)
        .findFirst()
        .ifPresent(task -> {
          List<String> log = new TaskDiagnosis(world, judge).log(task, "step-" + cause.step());
          List<String> fields = new ArrayList<>();
          flatten("spec", task.object().at("status", "taskSpec").node(), fields);
          for (Match match : judge.notes(task.object().reference(), log, fields)) {
            Place place =
                new Place(
                    cause.object(),
                    task.object().namespace(),
                    task.run(),
                    task.task(),
                    cause.step(),
                    task.pod(),
                    "",
                    task.account(),
                    "",
                    Optional.empty(),
                    "seen in task " + task.task());
            findings.add(place.finding(Role.NOTE, match));
          }
        });
  }

  private static void flatten(String path, JsonNode node, List<String> fields) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> {
            if (!entry.getKey().equals("script")) {
              flatten(path + "." + entry.getKey(), entry.getValue(), fields);
            }
          });
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(path + "[" + i + "]", node.get(i), fields);
      }
    } else if (node.isValueNode()) {
      fields.add(path + ": " + node.asText());
    }
  }

  private Optional<Finding> identities(Finding cause) {
    if (!cause.rule().contains("permission")) {
      return Optional.empty();
    }
    Set<String> users = new TreeSet<>();
    for (KubeObject task : world.of("TaskRun")) {
      KubeObject spec = task.at("status", "taskSpec");
      if (!spec.list("workspaces").isEmpty()) {
        String user =
            Stream.concat(
                    Stream.of(
                        spec.text("stepTemplate", "securityContext", "runAsUser"),
                        task.text("spec", "podTemplate", "securityContext", "runAsUser")),
                    spec.list("steps").stream()
                        .map(step -> step.text("securityContext", "runAsUser")))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("the image's");
        users.add(user);
      }
    }
    return users.size() < 2
        ? Optional.empty()
        : Optional.of(note(cause, "mixed-identities", "runAsUser: " + String.join(", ", users)));
  }

  private Optional<Finding> readers(List<Finding> findings) {
    List<TaskState> failed =
        world.of("TaskRun").stream().map(TaskState::new).filter(TaskState::failed).toList();
    for (TaskState one : failed) {
      for (TaskState other : failed) {
        boolean shared =
            claims(one).stream().anyMatch(claims(other)::contains)
                && one.run().equals(other.run())
                && !one.equals(other);
        boolean parallel =
            one.started().isPresent()
                && other.started().isPresent()
                && one.failedAt().isPresent()
                && !other.started().get().isBefore(one.started().get())
                && other.started().get().isBefore(one.failedAt().get());
        if (shared && parallel) {
          return Optional.of(
              note(
                  findings.getFirst(),
                  "parallel-archive-readers",
                  "%s and %s used %s at the same time"
                      .formatted(
                          one.object().reference(), other.object().reference(), claims(one))));
        }
      }
    }
    return Optional.empty();
  }

  private static Set<String> claims(TaskState task) {
    return task.object().list("spec", "workspaces").stream()
        .map(workspace -> workspace.text("persistentVolumeClaim", "claimName"))
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }

  /** The same task of another run that succeeded was another version. */
  private Optional<Finding> drift(Finding cause) {
    Optional<TaskState> failed =
        world.of("TaskRun").stream()
            .filter(task -> task.reference().equals(cause.object()))
            .map(TaskState::new)
            .findFirst();
    return failed.flatMap(task ->
        world.of("TaskRun").stream()
            .map(TaskState::new)
            .filter(other -> other.succeeded() && !other.run().equals(task.run()))
            .filter(other -> other.task().equals(task.task()))
            .filter(other -> !other.object().at("status", "taskSpec").isEmpty())
            .filter(other ->
                !other
                    .object()
                    .at("status", "taskSpec", "steps")
                    .equals(task.object().at("status", "taskSpec", "steps")))
            .findFirst()
            .map(other ->
                note(
                    cause,
                    "task-drift",
                    "%s succeeded with other steps than %s"
                        .formatted(other.object().reference(), task.object().reference()))));
  }

  private Optional<Finding> origin() {
    List<KubeObject> streams = world.of("ImageStream");
    boolean produced =
        world.all().stream()
            .anyMatch(
                object -> Set.of("PipelineRun", "TaskRun", "Build", "Job").contains(object.kind()));
    return streams.isEmpty() || produced
        ? Optional.empty()
        : Optional.of(
            RunDiagnosis.note(
                Role.NOTE,
                judge.rule("image-of-unknown-origin"),
                streams.getFirst().reference(),
                "",
                judge.rule("image-of-unknown-origin").title(),
                "%s: %d tags, and no run"
                    .formatted(
                        streams.getFirst().reference(),
                        streams.getFirst().list("status", "tags").size())));
  }

  private Finding note(Finding cause, String id, String evidence) {
    Rule rule = judge.rule(id);
    return new Finding(
        Role.NOTE,
        Severity.WARNING,
        id,
        rule.title(),
        rule.cause(),
        cause.object(),
        cause.task(),
        "",
        List.of(evidence),
        List.of(),
        rule.fix(),
        rule.prevent(),
        true,
        "");
  }
}
