package dev.modelcar.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final class Hands implements Pace.Ticker {
    private final List<Long> waits = new ArrayList<>();
    private long now = Long.MAX_VALUE - 5;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void await(long nanos) {
      waits.add(nanos);
      now += nanos;
    }
  }

  private final Hands hands = new Hands();
  private final Pace pace = new Pace(1000, hands);

  @Test
  void waitsForWhatWasMoved() {
    pace.moved(500);
    pace.moved(20);
    assertThat(hands.waits).containsExactly(500_000_000L, 20_000_000L);
  }

  @Test
  void countsTheTimeThatPassedAnyway() {
    pace.moved(100);
    hands.now += 60_000_000;
    pace.moved(100);
    assertThat(hands.waits).containsExactly(100_000_000L, 40_000_000L);
  }

  @Test
  void makesUpForLittleIdleTimeOnly() {
    hands.now += 10_000_000_000L;
    pace.moved(1000);
    assertThat(hands.waits).containsExactly(900_000_000L);
  }

  @Test
  void cutsIntoSlicesThatAreSmooth() {
    assertThat(Pace.bytesPerSecond(20).slice(1000)).isEqualTo(1);
    assertThat(Pace.bytesPerSecond(20_000).slice(5000)).isEqualTo(1000);
    assertThat(Pace.bytesPerSecond(20_000).slice(10)).isEqualTo(10);
    assertThat(Pace.unlimited().slice(1 << 30)).isEqualTo(1 << 30);
  }

  @Test
  void refusesARateThatIsNone() {
    assertThatThrownBy(() -> Pace.bytesPerSecond(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
