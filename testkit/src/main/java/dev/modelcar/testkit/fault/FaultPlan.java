package dev.modelcar.testkit.fault;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Which requests go wrong, and how. Rules are looked at in the order in which they were added, and
 * the first that is due decides. May be changed while a server uses it, by any thread.
 *
 * @param <K> the kinds of request that a server knows
 */
public final class FaultPlan<K extends Enum<K>> {
  /** As many times as there are requests. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private final List<Rule<K>> rules = new CopyOnWriteArrayList<>();
  private final AtomicInteger hits = new AtomicInteger();

  private static final class Rule<K> {
    private final K kind;
    private final Predicate<String> target;
    private final Fault fault;
    private int toSkip;
    private int toHit;

    Rule(K kind, Predicate<String> target, int skip, int times, Fault fault) {
      this.kind = kind;
      this.target = target;
      this.toSkip = skip;
      this.toHit = times;
      this.fault = fault;
    }

    boolean isDue(K asked, String askedTarget) {
      return kind.equals(asked) && isDueFor(askedTarget);
    }

    private synchronized boolean isDueFor(String askedTarget) {
      if (toHit == 0 || !target.test(askedTarget)) {
        return false;
      }
      if (toSkip > 0) {
        toSkip--;
        return false;
      }
      if (toHit != ALWAYS) {
        toHit--;
      }
      return true;
    }
  }

  /** A plan by which nothing goes wrong yet. */
  public static <K extends Enum<K>> FaultPlan<K> none() {
    return new FaultPlan<>();
  }

  /** Lets requests of a kind go wrong: not the first {@code skip}, then {@code times} of them. */
  public FaultPlan<K> add(K kind, int skip, int times, Fault fault) {
    return add(kind, target -> true, skip, times, fault);
  }

  /** The same, for requests whose target (path and query, as sent) fits. */
  public FaultPlan<K> add(K kind, Predicate<String> target, int skip, int times, Fault fault) {
    if (skip < 0 || times < 1) {
      throw new IllegalArgumentException("skip " + skip + ", hit " + times);
    }
    rules.add(new Rule<>(kind, target, skip, times, fault));
    return this;
  }

  /** Lets the next request of a kind go wrong. */
  public FaultPlan<K> once(K kind, Fault fault) {
    return add(kind, 0, 1, fault);
  }

  /** Lets every request of a kind go wrong. */
  public FaultPlan<K> always(K kind, Fault fault) {
    return add(kind, 0, ALWAYS, fault);
  }

  /** Forgets all rules; {@link #hits} stays. */
  public void clear() {
    rules.clear();
  }

  /** The fault for a request that has just come; counts it. */
  public Optional<Fault> next(K kind, String target) {
    for (Rule<K> rule : rules) {
      if (rule.isDue(kind, target)) {
        hits.incrementAndGet();
        return Optional.of(rule.fault);
      }
    }
    return Optional.empty();
  }

  /** The fault for a request of a kind, whatever its target. */
  public Optional<Fault> next(K kind) {
    return next(kind, "");
  }

  /** How many requests went wrong so far. */
  public int hits() {
    return hits.get();
  }
}
