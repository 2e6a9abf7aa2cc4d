package dev.modelcar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PatienceTest {
  private final FakeCluster.Ear ear = new FakeCluster.Ear();
  private final AtomicLong now = new AtomicLong();
  private final Patience patience =
      new Patience(ear, duration -> now.addAndGet(duration.toNanos()), now::get);

  private static ModelcarException away() {
    return new ModelcarException(ErrorCode.CLUSTER_UNREACHABLE, "away");
  }

  @Test
  void anOutageIsToldOnceAndSoIsItsEnd() {
    AtomicInteger asked = new AtomicInteger();
    String answer =
        patience.ask(() -> {
          if (asked.incrementAndGet() < 100) {
            throw away();
          }
          return "here";
        });
    assertThat(answer).isEqualTo("here");
    assertThat(patience.ask(() -> "still")).isEqualTo("still");
    assertThat(ear.heard()).containsExactly("away", "back");
  }

  @Test
  void anOutageThatLastsEndsIt() {
    assertThatThrownBy(() ->
            patience.ask(() -> {
              throw away();
            }))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_UNREACHABLE));
    assertThat(Duration.ofNanos(now.get()))
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    assertThat(ear.heard()).containsExactly("away");
  }

  @Test
  void whatNoPatienceHelpsEndsItAtOnce() {
    assertThatThrownBy(() ->
            patience.ask(() -> {
              throw new ModelcarException(ErrorCode.CLUSTER_FORBIDDEN, "no");
            }))
        .hasMessage("no");
    assertThat(now.get()).isZero();
  }
}
