package dev.weir.tasks;

import dev.weir.gate.Circuit;
import dev.weir.gate.CircuitRule;
import dev.weir.gate.CircuitSnapshot;
import dev.weir.gate.CircuitSnapshot.State;
import dev.weir.gate.RetryBudget;
import dev.weir.tasks.failure.FailureSettings;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the guarded tasks of a manager share: circuits, limits, and the budgets of their retries.
 */
final class Guards {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);

  /** One retry for so many first tries of a name, so many saved, and one more a second. */
  private static final int FIRST_TRIES_PER_RETRY = 20;

  private static final int SAVED_RETRIES = 10;
  private static final Duration RETRY_EVERY = Duration.ofSeconds(1);

  /** So many tasks may wait for a budget that is spent; the next one is given up. */
  private static final int MOST_UNPAID = 10_000;

  /** So many names have a budget, or a circuit, of their own; the others share one. */
  private static final int MOST_NAMES = 1_000;

  private static final String OTHERS = "(others)";

  final Limits limits;
  final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  private final FailureSettings settings;
  private final Engine.Parts parts;
  private final AtomicInteger unpaid = new AtomicInteger();
  private final ConcurrentHashMap<String, Circuit> circuits = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, RetryBudget> budgets = new ConcurrentHashMap<>();

  Guards(FailureSettings settings, Engine.Parts parts) {
    this.settings = settings;
    this.parts = parts;
    this.limits = new Limits(settings.limits(), parts.timer(), parts.ticker());
  }

  Circuit circuit(String name) {
    return circuits.computeIfAbsent(key(circuits, name), this::closed);
  }

  RetryBudget budget(String name) {
    return budgets.computeIfAbsent(
        key(budgets, name),
        _ ->
            RetryBudget.of(FIRST_TRIES_PER_RETRY, SAVED_RETRIES)
                .andEvery(RETRY_EVERY, parts.ticker()));
  }

  private static String key(ConcurrentHashMap<String, ?> known, String name) {
    return known.size() < MOST_NAMES || known.containsKey(name) ? name : OTHERS;
  }

  private Circuit closed(String name) {
    CircuitRule rule = settings.circuits().getOrDefault(name, CircuitRule.usual());
    return Circuit.closed(name, rule, parts.ticker(), Guards::turned);
  }

  private static void turned(CircuitSnapshot now) {
    if (now.state() == State.CLOSED) {
      log.info("Circuit '{}' is closed again after {} refusals", now.name(), now.refused());
    } else {
      log.warn(
          "Circuit '{}' has opened after {} failures; it refuses tasks until a probe succeeds",
          now.name(),
          now.failed());
    }
  }

  /** Whether one task more may wait for a budget that is spent. */
  boolean mayOwe() {
    if (unpaid.incrementAndGet() <= MOST_UNPAID) {
      return true;
    }
    unpaid.decrementAndGet();
    return false;
  }

  void owesNoMore() {
    unpaid.decrementAndGet();
  }

  List<CircuitSnapshot> circuits() {
    return circuits.values().stream()
        .map(Circuit::snapshot)
        .sorted(Comparator.comparing(CircuitSnapshot::name))
        .toList();
  }
}
