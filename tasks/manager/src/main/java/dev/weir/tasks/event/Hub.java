package dev.weir.tasks.event;

import dev.weir.gate.Ticker;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.SystemTasks;
import java.util.List;

/** What all subscribers of a bus share. */
record Hub(
    EventSettings settings,
    SystemTasks system,
    List<ContextCarrier> carriers,
    SafeListener listeners,
    Ticker ticker,
    Registry registry) {}
