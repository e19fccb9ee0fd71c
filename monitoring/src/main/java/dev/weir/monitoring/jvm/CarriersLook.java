package dev.weir.monitoring.jvm;

import dev.weir.gate.Ticker;
import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import dev.weir.tasks.SystemTasks;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether virtual threads get a carrier in time. Once a second, from the first look on, an empty
 * virtual thread is started from the timer, which is a platform thread, and the time until it runs
 * is kept. While carriers starve no check can run either, so the log is told from the timer; the
 * next check tells of the longest delay since the one before.
 */
public final class CarriersLook implements Look {

  /** A delay that is called starving. */
  static final Duration LONG = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(CarriersLook.class);
  private static final String MEND =
      "let computing work run as tasks of the CPU bulkhead or on platform threads, and see whether"
          + " threads are pinned (health.pinned); -Djdk.virtualThreadScheduler.parallelism raises"
          + " the number of carriers";

  private final SystemTasks system;
  private final Executor threads;
  private final Ticker ticker;
  private final Duration period;
  private @Nullable Future<?> beat;
  private boolean waiting;
  private boolean warned;
  private long sentAt;
  private long last;
  private long worst;

  /** Begins with its first look. */
  public CarriersLook(SystemTasks system) {
    this(system, Duration.ofSeconds(1));
  }

  CarriersLook(SystemTasks system, Duration period) {
    this.system = system;
    this.threads = system.executor("health-carriers");
    this.ticker = system.ticker();
    this.period = period;
  }

  private synchronized void begin() {
    if (beat == null) {
      long nanos = period.toNanos();
      beat = system.timer().scheduleAtFixedRate(this::beat, 0, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** On the timer. */
  private void beat() {
    if (mayStart()) {
      threads.execute(this::runs);
    }
  }

  private synchronized boolean mayStart() {
    if (!waiting) {
      waiting = true;
      warned = false;
      sentAt = ticker.nanos();
      return true;
    }
    if (!warned && nanos() >= LONG.toNanos()) {
      warned = true;
      LOG.warn(
          "Virtual threads starve: one has waited for a carrier for {} ms; {}.",
          delay().toMillis(),
          MEND);
    }
    return false;
  }

  private synchronized void runs() {
    last = ticker.nanos() - sentAt;
    worst = Math.max(worst, last);
    waiting = false;
  }

  private long nanos() {
    return waiting ? Math.max(last, ticker.nanos() - sentAt) : last;
  }

  /** How long the last virtual thread has waited for a carrier, or waits by now. */
  public synchronized Duration delay() {
    return Duration.ofNanos(nanos());
  }

  private synchronized Duration takeWorst() {
    long most = Math.max(worst, nanos());
    worst = 0;
    return Duration.ofNanos(most);
  }

  @Override
  public Findings look() {
    begin();
    Duration most = takeWorst();
    var findings = Findings.of("longest wait for a carrier", most.toMillis() + " ms");
    var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    if (scheduler != null) {
      findings
          .figure("carriers", scheduler.getParallelism())
          .figure("mounted", scheduler.getMountedVirtualThreadCount())
          .figure("waiting", scheduler.getQueuedVirtualThreadCount());
    }
    if (most.compareTo(LONG) >= 0) {
      findings.poor(
          "a virtual thread has waited for a carrier for %d ms".formatted(most.toMillis()), MEND);
    }
    return findings;
  }

  @Override
  public synchronized void close() {
    if (beat != null) {
      beat.cancel(false);
    }
  }
}
