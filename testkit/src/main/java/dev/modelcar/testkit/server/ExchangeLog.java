package dev.modelcar.testkit.server;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * What a server was asked, in the order of arrival. An exchange shows from its first moment on, as
 * far as it has come; so whoever has an answer finds it in the log.
 *
 * @param <R> the record of one exchange
 */
public final class ExchangeLog<R> {
  private final Queue<Entry<R>> entries = new ConcurrentLinkedQueue<>();

  /** An exchange that goes on until it is closed. */
  public static final class Entry<R> implements AutoCloseable {
    private volatile Supplier<R> current;

    private Entry(Supplier<R> current) {
      this.current = current;
    }

    /** Takes the last look at the exchange. */
    @Override
    public void close() {
      R last = current.get();
      current = () -> last;
    }
  }

  /** Adds an exchange, to be closed when it is over. */
  public Entry<R> open(Supplier<R> current) {
    Entry<R> entry = new Entry<>(current);
    entries.add(entry);
    return entry;
  }

  /** All exchanges as they are now. */
  public List<R> records() {
    return entries.stream().map(entry -> entry.current.get()).toList();
  }

  /** Forgets all exchanges. */
  public void clear() {
    entries.clear();
  }
}
