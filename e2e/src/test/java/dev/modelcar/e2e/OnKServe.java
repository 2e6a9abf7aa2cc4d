package dev.modelcar.e2e;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test class where there is no cluster, or one without KServe. */
final class OnKServe implements ExecutionCondition {
  private static final String DEFINITION = "crd/inferenceservices.serving.kserve.io";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return Stream.of(
            Cluster.missing(),
            Programs.missing("kubectl"),
            Programs.missing("busybox"),
            Programs.missing("tar"),
            Programs.missing(RealRegistry.Kind.DISTRIBUTION_2.program()))
        .flatMap(Optional::stream)
        .findFirst()
        .or(OnKServe::missing)
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("there is a cluster with KServe"));
  }

  private static Optional<String> missing() {
    try {
      Cluster cluster = Cluster.in(Files.createTempDirectory("modelcar-on-kserve-"));
      try (ChildProcess process = cluster.start("get", DEFINITION)) {
        return process.await(PATIENCE).orElse(-1) == 0
            ? Optional.empty()
            : Optional.of("missing: KServe on the cluster (%s)".formatted(DEFINITION));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
