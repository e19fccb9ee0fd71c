package dev.weir.monitoring;

import dev.weir.gate.Deadline;
import dev.weir.monitoring.HealthRegistry.Time;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One monitor under watch: at most one run at a time, and what is known of it. */
final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(HealthRegistry.class);

  /**
   * What a watch goes by.
   *
   * @param interval from the start of one check to the start of the next
   * @param timeout the most a check may take
   * @param steps findings in a row that change a status
   */
  record Rules(
      Duration interval, Duration timeout, Settled.Steps steps, SystemTasks system, Time time) {

    Rules within(Duration other, Duration most) {
      return new Rules(other, most, steps, system, time);
    }

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

  /** Who is told. */
  record Told(Consumer<HealthChange> changes, CheckListener checks) {}

  /** What is watched. */
  record Subject(
      String name, HealthMonitor monitor, HealthMonitor.Kind kind, Set<HealthGroup> groups) {

    String task() {
      return "health-" + name;
    }
  }

  private final Subject subject;
  private final Rules rules;
  private final Wording wording;
  private final Book book;
  private final Told told;
  private final AtomicReference<@Nullable Check> running = new AtomicReference<>();
  private volatile boolean closed;
  private @Nullable ScheduleHandle schedule;

  Watch(Subject subject, Rules rules, Told told) {
    this.subject = subject;
    this.rules = rules;
    this.told = told;
    String type = subject.monitor().getClass().getName();
    this.wording = new Wording(subject.name(), subject.task(), type, rules);
    this.book = new Book(subject.name(), rules.steps(), rules.time(), wording.notYet());
  }

  Duration timeout() {
    return rules.timeout();
  }

  /** Checks now, and from now on at each interval. */
  void start() {
    var _ = begin();
    schedule = rules.system().every(subject.task(), rules.interval(), this::tick);
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
    rules.system().submit(subject.task(), () -> run(mine));
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
      alarm = alarm(check);
      Health health = outcome(check);
      var took = Duration.ofNanos(rules.time().nanos() - check.startedAt);
      if (!closed) {
        told.checks().checked(subject.name(), health, took);
        note(book.ended(health, took));
      }
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

  /** Goes off at the end of the check's time and again at each interval, until it is cancelled. */
  private Future<?> alarm(Check check) {
    return rules
        .system()
        .timer()
        .scheduleAtFixedRate(
            () -> ring(check),
            rules.patience().toNanos(),
            rules.interval().toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** Away from the timer's thread, which must never be kept waiting. */
  private void ring(Check check) {
    rules
        .system()
        .submit(
            subject.task() + "-overdue",
            () -> {
              if (!closed && check.interrupt()) {
                hangs(check);
              }
              return true;
            });
  }

  private Health outcome(Check check) {
    try {
      Health health =
          Deadline.in(rules.patience(), rules.time().ticker()).call(subject.monitor()::check);
      return Objects.requireNonNull(health, "check() returned null");
    } catch (Throwable failure) {
      return check.isOverdue() ? wording.cutOff(failure, lastKnown()) : wording.threw(failure);
    }
  }

  private void hangs(Check check) {
    Health hung = hung(check);
    boolean first = book.page().hangs() == 0;
    HealthChange change = book.hangs(hung);
    if (change != null) {
      note(change);
    } else if (first) {
      LOG.warn("{}", hung.line());
    }
  }

  private void note(@Nullable HealthChange change) {
    if (change == null) {
      return;
    }
    String line = book.page().settled().health().line();
    if (change.to() != Health.Status.UP) {
      LOG.warn("{}", line);
    } else if (book.page().changes().size() > 1) {
      LOG.info("{}", line);
    }
    told.changes().accept(change);
  }

  /** Never waits and takes no lock that a check could hold. */
  MonitorReport report() {
    Check check = running.get();
    Book.Page page = book.page();
    long now = rules.time().nanos();
    var age = Duration.ofNanos(now - page.endedAt());
    Health health = page.settled().health();
    if (check != null && isHung(check)) {
      health = whileHung(check, page);
    } else if (age.compareTo(rules.stale()) > 0) {
      health = wording.stale(age, page.last());
    }
    return new MonitorReport(
        subject.name(),
        subject.kind(),
        subject.groups(),
        health,
        page.at(),
        age,
        page.took(),
        page.history(rules.steps()));
  }

  /** A hang counts as one finding at the end of its time and as one more at each interval. */
  private Health whileHung(Check check, Book.Page page) {
    Health hung = hung(check);
    var over = Duration.ofNanos(elapsed(check)).minus(rules.patience());
    long due = Math.min(1 + over.dividedBy(rules.interval()), rules.steps().fall());
    Settled shown = page.settled();
    for (int counted = page.hangs(); counted < due; counted++) {
      shown = shown.after(hung, rules.steps());
    }
    boolean unknown = shown.health().status() == Health.Status.UNKNOWN;
    return unknown ? hung : shown.health();
  }

  private boolean isHung(Check check) {
    return elapsed(check) >= rules.patience().toNanos();
  }

  private long elapsed(Check check) {
    return rules.time().nanos() - check.startedAt;
  }

  private Health hung(Check check) {
    return wording.hung(Duration.ofNanos(elapsed(check)), lastKnown());
  }

  private Health lastKnown() {
    return book.page().last();
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
    end();
  }

  /** A monitor with something open closes it. */
  private void end() {
    if (subject.monitor() instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (Exception failure) {
        LOG.warn("The health monitor '{}' could not be closed.", subject.name(), failure);
      }
    }
  }
}
