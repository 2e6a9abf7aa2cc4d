package dev.modelcar.kubernetes.serving;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides from one look after the other whether an image is served. One look proves nothing: a
 * container that crashes again and again is ready for a moment after each start, and what does not
 * work may work a second later.
 */
final class Rollout {
  /** How long all must be well, without a restart. */
  static final Duration QUIET = Duration.ofSeconds(6);

  /** How long a cause must be seen. */
  static final Duration LASTING = Duration.ofSeconds(10);

  /** Nodes may be added for a pod that fits on none, and a name server may come back. */
  static final Duration PATIENT = Duration.ofSeconds(45);

  private final String digest;
  private final LongSupplier nanoTime;
  private Optional<Long> wellSince = Optional.empty();
  private int restarts;
  private Optional<Long> ailingSince = Optional.empty();
  private String ailment = "";

  Rollout(String digest, LongSupplier nanoTime) {
    this.digest = digest;
    this.nanoTime = nanoTime;
  }

  /** What is certain after one more look; empty if nothing is. */
  Optional<Verdict> after(Look look, Optional<Cause> cause) {
    long now = nanoTime.getAsLong();
    List<Pod> pods = look.newPods();
    boolean well =
        look.isRolledOut()
            && look.isReconciled()
            && look.areOf(digest)
            && pods.stream().allMatch(Look::isReady)
            && look.oldPods().isEmpty();
    if (!well || look.restarts() != restarts) {
      wellSince = Optional.empty();
    }
    restarts = look.restarts();
    if (well) {
      ailingSince = Optional.empty();
      if (wellSince.isEmpty()) {
        wellSince = Optional.of(now);
      }
      return now - wellSince.get() < QUIET.toNanos()
          ? Optional.empty()
          : Optional.of(
              new Verdict.Serving(
                  pods.stream().map(pod -> pod.getMetadata().getName()).toList(),
                  Look.proof(pods, digest)));
    }
    if (cause.isEmpty() || !cause.get().rule().equals(ailment)) {
      ailingSince = Optional.empty();
    }
    if (cause.isEmpty()) {
      return Optional.empty();
    }
    ailment = cause.get().rule();
    if (ailingSince.isEmpty()) {
      ailingSince = Optional.of(now);
    }
    return now - ailingSince.get() < patience(ailment).toNanos()
        ? Optional.empty()
        : Optional.of(new Verdict.Failed(cause.get(), look.servesAnother(digest)));
  }

  private static Duration patience(String rule) {
    return rule.startsWith("serve-unschedulable") || rule.equals("serve-registry-unreachable")
        ? PATIENT
        : LASTING;
  }
}
