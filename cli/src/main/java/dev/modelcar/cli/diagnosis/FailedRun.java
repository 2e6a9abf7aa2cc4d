package dev.modelcar.cli.diagnosis;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.diagnosis.Diagnoser;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.findings.diagnosis.Role;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.kubernetes.collect.Collector;
import dev.modelcar.kubernetes.collect.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Why a run of a pipeline failed, as {@code diagnose} says it. */
public final class FailedRun {
  /** Nobody waits longer for why something failed that has already been waited for. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private FailedRun() {}

  /**
   * Diagnoses a run by what the cluster has of it; where that cannot be read, by what is known.
   *
   * @param namespace instead of the one that the kubeconfig names
   * @param known what was seen of it, which may be gone by now
   */
  public static Report diagnose(Optional<String> namespace, String run, Case known) {
    return new Diagnoser(Catalogue.standard(), Errors.catalogue())
        .diagnose(read(namespace, run, known));
  }

  private static Case read(Optional<String> namespace, String run, Case known) {
    if (run.isBlank()) {
      return known; // a report may be asked for without a run's name
    }
    try (Collector collector = Collector.connect(namespace)) {
      return joined(collector.collect(new Subject("PipelineRun", run), LIMIT), known);
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      List<String> gaps = new ArrayList<>(known.gaps());
      gaps.add(
          "%s; `modelcar diagnose pipelinerun/%s%s` reads it with the rights that this needs"
              .formatted(e.getMessage(), run, namespace.map(name -> " -n " + name).orElse("")));
      return new Case(known.objects(), known.logs(), known.texts(), gaps);
    }
  }

  /** What is read now counts; of what is gone, what was known. */
  private static Case joined(Case now, Case known) {
    List<KubeObject> objects = new ArrayList<>(now.objects());
    known.objects().stream().filter(missingIn(now)).forEach(objects::add);
    List<ContainerLog> logs = new ArrayList<>(now.logs());
    known.logs().stream()
        .filter(log ->
            now.logs().stream()
                .noneMatch(other ->
                    other.pod().equals(log.pod())
                        && other.container().equals(log.container())
                        && !other.previous()))
        .forEach(logs::add);
    return new Case(objects, logs, now.texts(), now.gaps());
  }

  private static Predicate<KubeObject> missingIn(Case now) {
    return object ->
        now.objects().stream()
            .noneMatch(
                other -> other.kind().equals(object.kind()) && other.name().equals(object.name()));
  }

  /** The cause, if there is one. */
  public static Optional<Finding> cause(Report report) {
    return report.findings().stream().filter(found -> found.role() == Role.CAUSE).findFirst();
  }
}
