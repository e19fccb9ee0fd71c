package dev.weir.monitoring;

import dev.weir.gate.Lane;
import dev.weir.pool.PoolSnapshot;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether callers get their connections at once. Busy is not down: it is degraded at worst. Who
 * waits in the lane {@code admin} is no caller: the checks themselves go there, and on a cold or
 * small pool they wait for each other.
 */
final class PoolMonitor implements HealthMonitor {

  private static final String NAME = "pool";
  private static final String ADMIN = "admin";

  private final Supplier<PoolSnapshot> pool;

  PoolMonitor(Supplier<PoolSnapshot> pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.DEPENDENCY;
  }

  @Override
  public Health check() {
    PoolSnapshot now = pool.get();
    Evidence evidence =
        Evidence.of("in use", now.gate().inUse())
            .and("limit", now.gate().limit())
            .and("waiting", now.gate().queued())
            .and("connections", now.connections())
            .and("idle", now.idle())
            .and("pool.max", now.max())
            .and("state since", now.since());
    return switch (now.state()) {
      case HEALTHY, STARTING -> new Health.Up(NAME, evidence);
      case DEGRADED ->
          degraded(
              now.cause(),
              evidence,
              "see that PostgreSQL runs, that postgres.*, or user and password of the lane that is"
                  + " named, fit, and that max_connections on the server leaves room for pool.max"
                  + " (now %d)".formatted(now.max()));
      case READ_ONLY ->
          degraded(
              now.cause(),
              evidence,
              "promote that server, or let postgres.url name the primary (several hosts and"
                  + " targetServerType=primary find it by themselves); if only reads are wanted"
                  + " here, set lanes.interactive.read-only=true");
      case RECOVERING ->
          degraded(now.cause(), evidence, "nothing, if the number of connections grows");
      case STRESSED -> degraded("no permit is free; the next caller waits", evidence, relief(now));
      case EXHAUSTED ->
          waiting(now).isEmpty()
              ? new Health.Up(NAME, evidence)
              : degraded("callers wait: " + waiting(now), evidence, relief(now));
      case DRAINING ->
          degraded(
              "it drains: no new session is admitted", evidence, "wait for the service to stop");
      case CLOSED -> degraded("it is closed", evidence, "start the service again");
    };
  }

  private static Health degraded(String cause, Evidence evidence, String mend) {
    return new Health.Degraded(NAME, cause, evidence, mend);
  }

  private static String relief(PoolSnapshot pool) {
    String limits =
        pool.gate().lanes().stream()
            .filter(lane -> lane.queued() > 0 && lane.limit() != Lane.UNLIMITED)
            .map(lane -> " or lanes.%s.limit (now %d)".formatted(lane.name(), lane.limit()))
            .collect(Collectors.joining());
    return "return connections sooner, or raise pool.max (now %d)%s".formatted(pool.max(), limits);
  }

  private static String waiting(PoolSnapshot pool) {
    return pool.gate().lanes().stream()
        .filter(lane -> lane.queued() > 0 && !lane.name().equals(ADMIN))
        .map(lane -> "%d in lane '%s'".formatted(lane.queued(), lane.name()))
        .collect(Collectors.joining(", "));
  }
}
