package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.ServedKind;
import dev.modelcar.kubernetes.serving.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What commands about served images have in common: names, and how a wait ends. */
public final class Serving {
  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  /** A label of DNS, in which KServe puts name, {@code predictor} and namespace. */
  private static final int LONGEST = 63;

  private Serving() {}

  /**
   * How a wait ended.
   *
   * @param outcome {@code serving}, {@code failed} or {@code timeout}
   * @param stillServing whether an earlier image is served instead
   */
  record Outcome(
      String outcome,
      List<String> pods,
      Optional<String> proof,
      Optional<Cause> cause,
      boolean stillServing) {

    /** Of what was not waited for. */
    static Outcome of(String outcome) {
      return new Outcome(outcome, List.of(), Optional.empty(), Optional.empty(), false);
    }
  }

  /** The name of an InferenceService, if it may be one. */
  public static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw Usage.invalid(
          "--name takes lower-case letters, digits and hyphens, beginning with a letter, not "
              + name);
    }
    return name;
  }

  /**
   * Checks the length of what the cluster makes of a name.
   *
   * @throws ModelcarException if the cluster could not make names of these two
   */
  public static void checkLength(ServedKind kind, String name, String namespace) {
    if (kind != ServedKind.INFERENCE_SERVICE) {
      if (name.length() > LONGEST) {
        throw Usage.invalid(
            "the name %s has %d characters and may have %d"
                .formatted(name, name.length(), LONGEST));
      }
      return;
    }
    int length = name.length() + "-predictor-".length() + namespace.length();
    if (length > LONGEST) {
      throw Usage.invalid(
          "the name %s is too long for the namespace %s: NAME-predictor-NAMESPACE has %d characters and may have %d"
              .formatted(name, namespace, length, LONGEST));
    }
  }

  /**
   * Waits until an image is served, and says what is going on.
   *
   * @param bytes that nodes pull; 0 if unknown
   */
  static Outcome await(
      Console console,
      InferenceServices services,
      String name,
      String digest,
      long bytes,
      Duration timeout) {
    Verdict verdict =
        services.await(name, digest, bytes, timeout, state -> console.note(name + ": " + state));
    return switch (verdict) {
      case Verdict.Serving(List<String> pods, String proof) -> {
        console.note("%s serves: %s".formatted(name, proof));
        yield new Outcome("serving", pods, Optional.of(proof), Optional.empty(), false);
      }
      case Verdict.Failed(Cause cause, boolean stillServing) ->
          new Outcome("failed", List.of(), Optional.empty(), Optional.of(cause), stillServing);
      case Verdict.Undecided(String state) ->
          new Outcome(
              "timeout",
              List.of(),
              Optional.empty(),
              Optional.of(
                  new Cause(
                      "serve-timeout",
                      "not served in " + timeout.toSeconds() + " s",
                      services.object(name),
                      List.of(state),
                      ClusterError.DEPLOY_TIMED_OUT.spec().hint())),
              false);
    };
  }

  /**
   * Says how it ended, and returns the exit code.
   *
   * @param image that the InferenceService names now
   */
  static int report(Console console, String name, Outcome outcome, String image, Object document) {
    console.result(image);
    Optional<ModelcarException> failure = failure(name, outcome);
    if (failure.isPresent()) {
      return console.failure(failure.get(), document);
    }
    console.document(document);
    return 0;
  }

  /** What a wait that did not end well is for the user; nothing if it did. */
  static Optional<ModelcarException> failure(String name, Outcome outcome) {
    return outcome
        .cause()
        .map(cause ->
            new ModelcarException(
                outcome.outcome().equals("timeout")
                    ? ClusterError.DEPLOY_TIMED_OUT
                    : ClusterError.DEPLOY_FAILED,
                "%s does not serve the image: %s%s%n  %s (%s): %s"
                    .formatted(
                        name,
                        cause.title(),
                        outcome.stillServing() ? "; the image before is still served" : "",
                        cause.object(),
                        cause.rule(),
                        String.join(String.format("%n  "), cause.evidence())),
                cause.fix(),
                null));
  }
}
