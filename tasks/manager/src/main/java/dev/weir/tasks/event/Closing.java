package dev.weir.tasks.event;

import dev.weir.gate.Deadline;
import dev.weir.tasks.event.EventsReport.Undelivered;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a bus: what was accepted is handled in time, or named. */
final class Closing {

  private static final Duration GRACE = Duration.ofMillis(500);

  private final Hub hub;
  private final ScheduleHandle looks;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<EventsReport> report = new CompletableFuture<>();

  Closing(Hub hub, ScheduleHandle looks) {
    this.hub = hub;
    this.looks = looks;
  }

  EventsReport close(Deadline deadline) {
    if (begun.compareAndSet(false, true)) {
      try {
        EventsReport mine = closeNow(deadline);
        report.complete(mine);
        return mine;
      } catch (Throwable failure) {
        report.completeExceptionally(failure);
        throw failure;
      }
    }
    List<Queued> all = queued(hub.registry().targets());
    return all.stream().anyMatch(it -> it.crew.isMine())
        ? report.getNow(new EventsReport(List.of(), left(all), Duration.ZERO))
        : report.join();
  }

  private EventsReport closeNow(Deadline deadline) {
    long start = hub.ticker().nanos();
    List<Target> targets = hub.registry().close();
    List<Queued> all = queued(targets);
    all.forEach(it -> it.crew.finish());
    await(all, deadline);
    targets.forEach(it -> it.end(DropReason.SHUTDOWN));
    all.forEach(it -> it.crew.interrupt());
    await(all, Deadline.in(GRACE));
    List<Undelivered> undelivered = new ArrayList<>();
    for (Queued one : all) {
      one.undelivered().forEach(event -> undelivered.add(new Undelivered(one.name(), event)));
    }
    looks.cancel();
    targets.forEach(it -> it.complaints.look());
    return new EventsReport(undelivered, left(all), Duration.ofNanos(hub.ticker().nanos() - start));
  }

  private static List<Queued> queued(List<Target> targets) {
    return targets.stream().filter(Queued.class::isInstance).map(Queued.class::cast).toList();
  }

  private static List<String> left(List<Queued> all) {
    return all.stream().filter(it -> it.crew.size() > 0).map(Target::name).toList();
  }

  /** Waits for the crews that the calling thread is none of; an interrupt ends it, and stays. */
  private static void await(List<Queued> all, Deadline deadline) {
    var gone =
        all.stream()
            .filter(it -> !it.crew.isMine())
            .map(it -> it.crew.gone())
            .toArray(CompletableFuture<?>[]::new);
    try {
      var _ = CompletableFuture.allOf(gone).get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      // The report says who was not in time.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
