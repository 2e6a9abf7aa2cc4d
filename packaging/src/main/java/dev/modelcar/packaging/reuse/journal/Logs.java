package dev.modelcar.packaging.reuse.journal;

import dev.modelcar.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The logs that this run has open, each on a shelf of the folder and about one thing. */
final class Logs implements AutoCloseable {
  private final StateFolder folder;
  private final Map<String, RecordLog> open = new HashMap<>();

  Logs(StateFolder folder) {
    this.folder = folder;
  }

  static String name(String about) {
    return Sha256.of(about.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /** A log that stays open until it is removed, or all are closed; nothing if it cannot be had. */
  synchronized Optional<RecordLog> open(String shelf, String about) {
    Optional<RecordLog> known = Optional.ofNullable(open.get(key(shelf, about)));
    if (known.isPresent()) {
      return known;
    }
    Optional<RecordLog> opened = RecordLog.open(folder, folder.file(shelf, name(about)), about);
    opened.ifPresent(log -> open.put(key(shelf, about), log));
    return opened;
  }

  /** Removes a log that this run has open. */
  synchronized void remove(String shelf, String about) {
    Optional.ofNullable(open.remove(key(shelf, about))).ifPresent(RecordLog::remove);
  }

  private static String key(String shelf, String about) {
    return shelf + " " + about;
  }

  @Override
  public synchronized void close() {
    open.values().forEach(RecordLog::close);
    open.clear();
  }
}
