package dev.weir.monitoring.telemetry;

import dev.weir.monitoring.trace.Spans;
import dev.weir.tasks.event.DropReason;
import dev.weir.tasks.event.EventListener;
import dev.weir.tasks.spi.Step;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the event bus tells: spans, and what was dropped by type. Safe for use by many threads. */
public final class EventTelemetry implements EventListener {

  private final Spans spans;
  private final Names names;
  private final ConcurrentHashMap<String, LongAdder> dropped = new ConcurrentHashMap<>();

  /**
   * With these spans.
   *
   * @param mostNames so many classes are counted by themselves
   */
  public EventTelemetry(Spans spans, int mostNames) {
    this.spans = spans;
    this.names = new Names(mostNames);
  }

  @Override
  public boolean follows() {
    return spans.areMade();
  }

  @Override
  public @Nullable Step handling(String subscriber, Object event) {
    return spans.event(subscriber, event);
  }

  @Override
  public void dropped(String subscriber, Object event, DropReason reason) {
    dropped.computeIfAbsent(names.of(event.getClass().getName()), _ -> new LongAdder()).increment();
  }

  Map<String, LongAdder> dropped() {
    return dropped;
  }

  Names names() {
    return names;
  }
}
