package dev.weir.monitoring;

import dev.weir.gate.Deadline;
import dev.weir.monitoring.HealthRegistry.Time;
import dev.weir.monitoring.text.SafeText;
import dev.weir.tasks.ScheduleHandle;
import dev.weir.tasks.SystemTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One monitor under watch: at most one run at a time, and what is known from the last. */
final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(HealthRegistry.class);

  /**
   * What a watch goes by.
   *
   * @param interval from the start of one check to the start of the next
   * @param timeout the most a check may take
   */
  record Rules(Duration interval, Duration timeout, SystemTasks system, Time time) {

    /**
     * When a check is interrupted: so much before its time is over that what it says about the
     * interrupt is still heard.
     */
    Duration patience() {
      return timeout.multipliedBy(9).dividedBy(10);
    }

    /** Two intervals missed, and the second of them for certain. */
    Duration stale() {
      return interval.multipliedBy(2).plus(timeout);
    }
  }

  /** What the last check that ended has found; not {@code checked} before the first. */
  private record Result(boolean checked, Health health, Instant at, long endedAt, Duration took) {}

  private final String name;
  private final HealthMonitor monitor;
  private final HealthMonitor.Kind kind;
  private final Rules rules;
  private final AtomicReference<@Nullable Check> running = new AtomicReference<>();
  private volatile Result last;
  private volatile boolean closed;
  private @Nullable ScheduleHandle schedule;

  Watch(String name, HealthMonitor monitor, Rules rules) {
    this.name = name;
    this.monitor = monitor;
    this.kind = Objects.requireNonNull(monitor.kind(), "kind");
    this.rules = rules;
    this.last =
        new Result(false, notYet(), rules.time().instant(), rules.time().nanos(), Duration.ZERO);
  }

  /** Checks now, and from now on at each interval. */
  void start() {
    var _ = begin();
    schedule = rules.system().every(task(), rules.interval(), this::tick);
  }

  private String task() {
    return "health-" + name;
  }

  /**
   * Begins a run unless one is under way.
   *
   * @return done when that run has ended; done already if there is no use in waiting for it
   */
  CompletableFuture<Boolean> begin() {
    var mine = new Check(rules.time().nanos());
    Check other = closed ? mine : running.compareAndExchange(null, mine);
    if (other != null) {
      return other == mine || isHung(other) ? CompletableFuture.completedFuture(false) : other.over;
    }
    rules.system().submit(task(), () -> run(mine));
    return mine.over;
  }

  private void tick() {
    var mine = new Check(rules.time().nanos());
    if (!closed && running.compareAndSet(null, mine)) {
      run(mine);
    }
  }

  private boolean run(Check check) {
    check.begin();
    Future<?> alarm = null;
    try {
      alarm =
          rules
              .system()
              .timer()
              .schedule(() -> alarm(check), rules.patience().toNanos(), TimeUnit.NANOSECONDS);
      Health health = outcome(check);
      long now = rules.time().nanos();
      var took = Duration.ofNanos(now - check.startedAt);
      publish(new Result(true, health, rules.time().instant(), now, took));
    } finally {
      if (alarm != null) {
        alarm.cancel(false);
      }
      check.end();
      running.set(null);
      check.over.complete(true);
    }
    return true;
  }

  /** Away from the timer's thread, which must never be kept waiting. */
  private void alarm(Check check) {
    rules
        .system()
        .submit(
            task() + "-overdue",
            () -> {
              if (check.interrupt()) {
                LOG.warn("{}", hung(check).line());
              }
              return true;
            });
  }

  private Health outcome(Check check) {
    try {
      Health health = Deadline.in(rules.patience(), rules.time().ticker()).call(monitor::check);
      return Objects.requireNonNull(health, "check() returned null");
    } catch (Throwable failure) {
      return check.isOverdue() ? cutOff(failure) : threw(failure);
    }
  }

  private void publish(Result result) {
    boolean checked = last.checked();
    Health before = last.health();
    last = result;
    Health now = result.health();
    if (now.status() == before.status()) {
      return;
    }
    if (now.status() != Health.Status.UP) {
      LOG.warn("{}", now.line());
    } else if (checked) {
      LOG.info("{}", now.line());
    }
  }

  /** Never waits and takes no lock that a check could hold. */
  MonitorReport report() {
    Check check = running.get();
    Result result = last;
    long now = rules.time().nanos();
    var age = Duration.ofNanos(now - result.endedAt());
    Health health = result.health();
    if (check != null && isHung(check)) {
      health = hung(check);
    } else if (age.compareTo(rules.stale()) > 0) {
      health = stale(age);
    }
    return new MonitorReport(name, kind, health, result.at(), age, result.took());
  }

  private boolean isHung(Check check) {
    return rules.time().nanos() - check.startedAt >= rules.patience().toNanos();
  }

  void close() {
    closed = true;
    if (schedule != null) {
      schedule.cancel();
    }
    Check check = running.get();
    if (check != null) {
      check.interrupt();
    }
  }

  private Health notYet() {
    return new Health.Unknown(
        name,
        "it has not been checked yet",
        Evidence.of("interval", shown(rules.interval())),
        "wait for its first check to end, or call refresh()");
  }

  private Health hung(Check check) {
    var since = Duration.ofNanos(rules.time().nanos() - check.startedAt);
    return new Health.Unknown(
        name,
        "its check hangs: no answer for " + shown(since),
        lastKnown(Evidence.of("timeout", shown(rules.timeout()))),
        "see where the task '%s' waits, or raise health.timeout if the check needs longer"
            .formatted(task()));
  }

  private Health cutOff(Throwable failure) {
    return new Health.Unknown(
        name,
        "its check was interrupted after %s without an answer".formatted(shown(rules.patience())),
        lastKnown(Evidence.of("timeout", shown(rules.timeout())).and("said", SafeText.of(failure))),
        "see what the check waits for, or raise health.timeout if it needs longer");
  }

  private Health stale(Duration age) {
    return new Health.Unknown(
        name,
        "its last two checks did not take place",
        lastKnown(Evidence.of("age", shown(age)).and("interval", shown(rules.interval()))),
        "see whether system tasks still run: the timer may be stuck or closed");
  }

  private Health threw(Throwable failure) {
    return new Health.Down(
        name,
        SafeText.of(failure),
        Evidence.of("thrown", failure.getClass().getName()),
        "mend what the exception names; if the check itself is at fault, mend "
            + monitor.getClass().getName());
  }

  private Evidence lastKnown(Evidence evidence) {
    return evidence.and("last known", last.health().status());
  }

  private static String shown(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
