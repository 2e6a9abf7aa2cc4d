package dev.modelcar.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ClusterRetriesTest {
  private final List<String> heard = new ArrayList<>();
  private final ClusterRetries.AwayListener listener =
      new ClusterRetries.AwayListener() {
        @Override
        public void clusterIsAway(String message, Duration timeout) {
          heard.add(message);
        }

        @Override
        public void clusterIsBack() {
          heard.add("back");
        }
      };
  private final AtomicLong now = new AtomicLong();
  private final ClusterRetries retries =
      new ClusterRetries(listener, duration -> now.addAndGet(duration.toNanos()), now::get);

  private static ModelcarException away() {
    return new ModelcarException(ClusterError.CLUSTER_UNREACHABLE, "away");
  }

  @Test
  void anOutageIsToldOnceAndSoIsItsEnd() {
    AtomicInteger asked = new AtomicInteger();
    String answer =
        retries.ask(() -> {
          if (asked.incrementAndGet() < 100) {
            throw away();
          }
          return "here";
        });
    assertThat(answer).isEqualTo("here");
    assertThat(retries.ask(() -> "still")).isEqualTo("still");
    assertThat(heard).containsExactly("away", "back");
  }

  @Test
  void anOutageThatLastsEndsIt() {
    assertThatThrownBy(() ->
            retries.ask(() -> {
              throw away();
            }))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(ClusterError.CLUSTER_UNREACHABLE));
    assertThat(Duration.ofNanos(now.get()))
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    assertThat(heard).containsExactly("away");
  }

  @Test
  void otherFailuresEndItAtOnce() {
    assertThatThrownBy(() ->
            retries.ask(() -> {
              throw new ModelcarException(ClusterError.CLUSTER_FORBIDDEN, "no");
            }))
        .hasMessage("no");
    assertThat(now.get()).isZero();
  }
}
