package dev.weir.tasks;

import dev.weir.gate.CoDel;
import dev.weir.gate.Gate;
import dev.weir.gate.LaneSettings;
import dev.weir.gate.Pace;
import dev.weir.gate.Ticker;
import dev.weir.tasks.failure.LimitSettings;
import dev.weir.tasks.failure.Safeguards.Limited;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The limits in use, each opened with its first task and gone some time after its last. */
final class Limits {

  /** With more than so many limits at hand, those at rest are looked for. */
  private static final int MANY = 1_000;

  private final Map<String, LimitSettings> settings;
  private final ScheduledExecutorService timer;
  private final Ticker ticker;
  private final ConcurrentHashMap<Limited, Limit> all = new ConcurrentHashMap<>();

  Limits(Map<String, LimitSettings> settings, ScheduledExecutorService timer, Ticker ticker) {
    this.settings = settings;
    this.timer = timer;
    this.ticker = ticker;
  }

  /** What the tasks of one limit and key share; its users are counted under the map's lock. */
  static final class Limit {

    final @Nullable Gate gate;
    final @Nullable Pace pace;
    private int users;

    private Limit(@Nullable Gate gate, @Nullable Pace pace) {
      this.gate = gate;
      this.pace = pace;
    }

    private boolean isAtRest() {
      return users == 0 && (pace == null || pace.isFull());
    }
  }

  /**
   * One user more.
   *
   * @throws IllegalArgumentException if no limit of that name is set
   */
  Limit enter(Limited limited) {
    LimitSettings known = settings.get(limited.name());
    if (known == null) {
      throw new IllegalArgumentException(
          "No limit '%s' is set; there are: %s. Set it in FailureSettings.limits, or name one of those."
              .formatted(limited.name(), settings.keySet().stream().sorted().toList()));
    }
    Limit limit =
        all.compute(
            limited,
            (key, old) -> {
              Limit it = old == null ? open(key, known) : old;
              it.users++;
              return it;
            });
    if (all.size() > MANY) {
      all.values().removeIf(Limit::isAtRest);
    }
    return limit;
  }

  /** One user less. */
  void leave(Limited limited) {
    all.computeIfPresent(
        limited,
        (_, limit) -> {
          limit.users--;
          return limit.isAtRest() ? null : limit;
        });
  }

  /** How many are at hand. */
  int size() {
    return all.size();
  }

  private Limit open(Limited limited, LimitSettings its) {
    String name = limited.key().isEmpty() ? limited.name() : limited.name() + "/" + limited.key();
    List<LaneSettings> lanes = lanes(limited.name(), its);
    return new Limit(
        its.atOnce().isPresent() ? Gate.open(name, its.atOnce().getAsInt(), lanes) : null,
        its.rate().map(it -> Pace.open(name, it, lanes, timer, ticker)).orElse(null));
  }

  private static List<LaneSettings> lanes(String name, LimitSettings its) {
    String advice =
        "Send less at once, or raise the queue or the figures of limit '%s'.".formatted(name);
    return Arrays.stream(Priority.values())
        .map(
            it ->
                LaneSettings.named(it.name())
                    .weight(it.weight())
                    .queueBound(its.queue())
                    .codel(CoDel.off())
                    .advice(advice))
        .toList();
  }
}
