package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.server.Call;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The URLs by which anybody may read one large file for a while. */
final class SignedUrls {
  private final HubKnobs knobs;
  private final AtomicLong serials = new AtomicLong();
  private final AtomicLong firstValid = new AtomicLong();
  private final Map<Long, AtomicInteger> uses = new ConcurrentHashMap<>();

  SignedUrls(HubKnobs knobs) {
    this.knobs = knobs;
  }

  /** Path and query for a new URL. */
  String sign(String sha256, String fileName) {
    long serial = serials.incrementAndGet();
    uses.put(serial, new AtomicInteger());
    long expires = knobs.clock.instant().plus(knobs.urlLife).getEpochSecond();
    return "/blob/%s?response-content-disposition=%s&Expires=%d&Policy=%d&Signature=%s"
        .formatted(
            sha256,
            Urls.encode("attachment; filename=\"" + fileName + "\";"),
            expires,
            serial,
            signature(sha256, expires, serial));
  }

  private static String signature(String sha256, long expires, long serial) {
    return Content.of("key " + sha256 + expires + "/" + serial).sha256().substring(0, 32);
  }

  /** Lets all URLs made so far be expired. */
  void expireAll() {
    firstValid.set(serials.get() + 1);
  }

  /** Whether a call may read this blob; counts as a use of the URL. */
  boolean allows(Call call, String sha256) {
    Optional<Long> expires = call.query("Expires").filter(Urls::isNumber).map(Long::parseLong);
    Optional<Long> serial = call.query("Policy").filter(Urls::isNumber).map(Long::parseLong);
    Optional<String> given = call.query("Signature");
    if (expires.isEmpty() || serial.isEmpty() || given.isEmpty()) {
      return false;
    }
    boolean genuine = given.get().equals(signature(sha256, expires.get(), serial.get()));
    boolean inTime =
        knobs.clock.instant().getEpochSecond() <= expires.get() && serial.get() >= firstValid.get();
    AtomicInteger used = uses.getOrDefault(serial.get(), new AtomicInteger());
    return genuine && inTime && used.incrementAndGet() <= knobs.urlUses;
  }
}
