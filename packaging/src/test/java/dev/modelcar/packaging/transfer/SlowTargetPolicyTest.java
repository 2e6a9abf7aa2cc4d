package dev.modelcar.packaging.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a target has kept the others waiting for too long. */
final class SlowTargetPolicyTest {
  private static final long SECOND = 1_000_000_000L;

  private final SlowTargetPolicy policy = new SlowTargetPolicy(2, Duration.ofSeconds(20));

  @Test
  void theGraceIsForAllWaitsTogether() {
    policy.start(0, SECOND);
    assertThat(policy.charge(0, 10 * SECOND, 11 * SECOND)).isFalse();
    assertThat(policy.charge(0, 10 * SECOND, 21 * SECOND)).as("just the grace").isFalse();
    assertThat(policy.charge(0, 1, 21 * SECOND)).isTrue();
  }

  @Test
  void whoIsQuickMostOfTheTimeIsForgivenMoreThanTheGrace() {
    policy.start(0, 0);
    assertThat(policy.charge(0, 30 * SECOND, 100 * SECOND)).isFalse();
    assertThat(policy.charge(0, 30 * SECOND, 130 * SECOND)).as("60 of 130 seconds").isFalse();
    assertThat(policy.charge(0, 10 * SECOND, 135 * SECOND)).as("70 of 135 seconds").isTrue();
  }

  @Test
  void eachPaysForItself() {
    policy.start(0, 0);
    policy.start(1, 0);
    assertThat(policy.charge(0, 25 * SECOND, 30 * SECOND)).isTrue();
    assertThat(policy.charge(1, SECOND, 30 * SECOND)).isFalse();
  }

  @Test
  void onlyTheFirstStartCounts() {
    policy.start(0, 0);
    policy.start(0, 1000 * SECOND);
    assertThat(policy.hasStarted(0)).isTrue();
    assertThat(policy.hasStarted(1)).isFalse();
    assertThat(policy.charge(0, 30 * SECOND, 100 * SECOND)).as("30 of 100 seconds").isFalse();
  }
}
