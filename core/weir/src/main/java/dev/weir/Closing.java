package dev.weir;

import dev.weir.config.ChangedSetting;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthEndpoint;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.tasks.event.EventsReport;
import dev.weir.tasks.shutdown.Participant;
import dev.weir.tasks.shutdown.Phase;
import dev.weir.tasks.shutdown.Reloader.Reloaded;
import dev.weir.tasks.shutdown.ShutdownSequence;
import dev.weir.tasks.shutdown.Stop;
import dev.weir.tasks.shutdown.TaskDrain;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What a Weir does in each phase of its stop, and at a reload. Wiring only. */
final class Closing {

  private static final String PASSWORD = "postgres.password";

  /** What can change while a Weir runs. */
  private static final Set<String> LIVE = Set.of("pool.min", "pool.max", PASSWORD);

  private Closing() {}

  static ShutdownSequence sequence(Floors floors) {
    var sequence = new ShutdownSequence(floors::isUnderWay);
    return sequence
        .here(Phase.REFUSE, "doors", _ -> refuse(floors, sequence))
        .here(Phase.TASKS, "tasks", new TaskDrain(floors.tasks()))
        .here(Phase.EVENTS, "events", stop -> deliver(floors, stop))
        .here(Phase.SESSIONS, "sessions", stop -> drain(floors, stop))
        .apart(Phase.HEALTH, "health", _ -> unwatch(floors))
        .apart(Phase.CONNECTIONS, "connections", closing(floors.connections()))
        .here(Phase.SYSTEM, "system tasks", closing(floors.system()))
        .apart(Phase.TELEMETRY, "telemetry", closing(floors.telemetry()));
  }

  private static Participant.Action closing(AutoCloseable part) {
    return _ -> part.close();
  }

  private static void refuse(Floors floors, ShutdownSequence sequence) {
    floors.oversight().policies().close(); // what ends now needs its lanes
    floors.health().refuseTraffic("the service stops");
    floors.tasks().stopAccepting();
    floors.connections().stopAccepting(() -> floors.isUnderWay() || sequence.isInside());
  }

  private static void deliver(Floors floors, Stop stop) {
    EventsReport report = floors.events().close(stop.deadline().remaining());
    report.undelivered().forEach(event -> stop.left("event " + event + ", not delivered"));
    report.left().forEach(name -> stop.left("subscriber '" + name + "', still at an event"));
  }

  private static void drain(Floors floors, Stop stop) {
    floors.oversight().end();
    if (floors.connections().drain(stop.deadline()) > 0) {
      floors.connections().openSessions().forEach(session -> stop.left(session.toString()));
    }
  }

  /** Until here probes are answered: alive, and not ready. */
  private static void unwatch(Floors floors) {
    HealthEndpoint endpoint = floors.endpoint();
    try (HealthRegistry _ = floors.health();
        Oversight _ = floors.oversight()) {
      if (endpoint != null) {
        endpoint.close();
      }
    }
  }

  /**
   * Reads the settings anew. The size of the pool and the password take effect; so does any
   * password, also of a lane's own login, whose file or callback says another. All else that has
   * changed is named.
   *
   * @param known what took effect last
   */
  static Reloaded reload(
      Floors floors, AtomicReference<WeirConfig> known, Supplier<WeirConfig> source) {
    WeirConfig fresh = source.get();
    List<String> restart =
        floors.config().changesTo(fresh).stream()
            .filter(change -> !floors.ownPool() || !LIVE.contains(change.key()))
            .map(Object::toString)
            .toList();
    return new Reloaded(floors.ownPool() ? apply(floors, known, fresh) : List.of(), restart);
  }

  private static List<String> apply(
      Floors floors, AtomicReference<WeirConfig> known, WeirConfig fresh) {
    List<ChangedSetting> changes =
        known.get().changesTo(fresh).stream()
            .filter(change -> LIVE.contains(change.key()))
            .toList();
    List<String> applied = new ArrayList<>(changes.stream().map(Object::toString).toList());
    if (changes.stream().anyMatch(change -> !change.key().equals(PASSWORD))) {
      floors.connections().resize(fresh.pool().min(), fresh.pool().max());
    }
    if (changes.stream().anyMatch(change -> change.key().equals(PASSWORD))) {
      floors.connections().rotate(fresh.postgres().password());
    }
    if (floors.connections().rotateIfNew()) {
      applied.add("a password in a file or a callback: read anew");
    }
    known.set(fresh);
    return applied;
  }
}
