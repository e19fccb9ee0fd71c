package dev.weir.tasks.event;

import dev.weir.gate.Deadline;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.ContextCarrier.Binding;
import dev.weir.tasks.ContextCarrier.Captured;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event takes along from its publisher: the deadline and whatever the carriers carry. A
 * carrier that fails is logged; the event goes without what it carries.
 */
record Luggage(Deadline deadline, List<Captured> captured) {

  /** Nothing at all: such an event is queued as it is. */
  static final Luggage NONE = new Luggage(Deadline.NONE, List.of());

  private static final Logger log = LoggerFactory.getLogger(EventBus.class);

  static Luggage pack(List<ContextCarrier> carriers) {
    Deadline deadline = Deadline.current();
    List<Captured> found = List.of();
    for (ContextCarrier carrier : carriers) {
      Captured captured = capture(carrier);
      if (!captured.equals(Captured.NOTHING)) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        found.add(captured);
      }
    }
    return found.isEmpty() && !deadline.isBound() ? NONE : new Luggage(deadline, found);
  }

  private static Captured capture(ContextCarrier carrier) {
    try {
      return carrier.capture();
    } catch (RuntimeException failure) {
      log.warn("{} could not capture its context; an event goes without it", carrier, failure);
      return Captured.NOTHING;
    }
  }

  /** The same without the deadline. */
  Luggage withoutDeadline() {
    return deadline.isBound() ? new Luggage(Deadline.NONE, captured) : this;
  }

  /** Runs it with all of this around it. */
  void around(Runnable work) {
    Deque<Binding> bound = new ArrayDeque<>(captured.size());
    for (Captured one : captured) {
      bind(one, bound);
    }
    try {
      if (deadline.isBound()) {
        deadline.<RuntimeException>run(work::run);
      } else {
        work.run();
      }
    } finally {
      bound.forEach(Luggage::close);
    }
  }

  private static void bind(Captured one, Deque<Binding> bound) {
    try {
      bound.push(one.bind());
    } catch (RuntimeException failure) {
      log.warn("A captured context could not be bound; an event goes without it", failure);
    }
  }

  private static void close(Binding binding) {
    try {
      binding.close();
    } catch (RuntimeException failure) {
      log.warn("A context could not be taken off the thread that handled an event", failure);
    }
  }
}
