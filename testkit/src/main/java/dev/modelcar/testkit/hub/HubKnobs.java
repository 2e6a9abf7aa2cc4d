package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.net.Pace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** What can be set on a hub while it runs. */
final class HubKnobs {
  volatile int pageSize = 1000;
  volatile long lfsThreshold = 10 << 20;
  volatile boolean resolveCache = true;
  volatile boolean xet;
  volatile Optional<String> cdnRoot = Optional.empty();
  volatile Duration urlLife = Duration.ofHours(1);
  volatile int urlUses = Integer.MAX_VALUE;
  volatile InstantSource clock = InstantSource.system();
  volatile long bytesPerSecond = Long.MAX_VALUE;
  volatile Optional<String> language = Optional.empty();
  volatile Optional<String> warning = Optional.empty();

  Pace pace() {
    return bytesPerSecond == Long.MAX_VALUE
        ? Pace.unlimited()
        : Pace.bytesPerSecond(bytesPerSecond);
  }
}
