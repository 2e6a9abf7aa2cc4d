package dev.modelcar.e2e;

import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class {@link Pipelines} of its own, and takes them away when it is done. Where there
 * is no cluster, the class is skipped: by a condition, for to JUnit an assumption that fails while
 * a parameter is made is an error.
 */
final class OnCluster implements ExecutionCondition, ParameterResolver {
  private static final Namespace OURS = Namespace.create(OnCluster.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return Stream.of(
            Cluster.missing(),
            Programs.missing("kubectl"),
            Programs.missing(RealRegistry.Kind.DISTRIBUTION_2.program()))
        .flatMap(Optional::stream)
        .findFirst()
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("there is a cluster"));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(Pipelines.class);
  }

  @Override
  public Pipelines resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store forAll = context.getRoot().getStore(OURS);
    return context
        .getStore(OURS)
        .computeIfAbsent(Pipelines.class, key -> install(forAll, context), Pipelines.class);
  }

  private static Pipelines install(Store forAll, ExtensionContext context) {
    try {
      Path folder = Files.createTempDirectory("modelcar-on-cluster-");
      Cluster cluster = Cluster.in(folder);
      OwnImage image =
          forAll.computeIfAbsent(OwnImage.class, key -> pack(cluster.host()), OwnImage.class);
      return Pipelines.install(folder, cluster, image, context.getRequiredTestClass());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OwnImage pack(String host) {
    try {
      return OwnImage.pack(host);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
