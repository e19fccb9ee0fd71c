package dev.weir.benchmarks.load.rivals;

import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Access;
import java.time.Duration;
import java.util.List;

/**
 * One rival's way to serve callers of different importance with the same connections in all.
 * Immutable.
 *
 * @param name in tables
 * @param settings in its own words
 * @param roles who lends to whom
 * @param parts closes them
 */
public record Shared(String name, String settings, Roles roles, List<Runnable> parts)
    implements AutoCloseable {

  /** The name of the rival with a pool for each kind of caller. */
  public static final String STATIC_POOLS = "HikariCP, two pools of 5";

  /** Permits kept for the quiet callers, of whom there are seldom more at once. */
  private static final int RESERVED = 2;

  private static final Duration PROBE = Duration.ofMillis(50);

  /** The time within which a probe must be served. */
  public static Duration probeTime() {
    return PROBE;
  }

  /** One Weir: the quiet callers' lane keeps a few permits, admin one, all else is shared. */
  public static Shared weir(Lenders lenders) {
    WeirConfig config = Connections.weir(lenders.server(), lenders.connections());
    Weir weir =
        Weir.start(
            config
                .lane("interactive", config.lane("interactive").reserved(RESERVED))
                .lane("admin", config.lane("admin").reserved(1)));
    Access access = Access.readWrite();
    var quiet = new WeirSessions(Lenders.WEIR, weir, access);
    var hog = new WeirSessions(Lenders.WEIR, weir, access.lane("batch"));
    var probe = new WeirSessions(Lenders.WEIR, weir, access.lane("admin").deadline(PROBE));
    return new Shared(
        Lenders.WEIR,
        "one pool of %d; quiet callers in lane interactive, the hog in batch, probes in admin with a deadline of 50 ms; %s"
            .formatted(lenders.connections(), weir.config().lanes()),
        new Roles(quiet, hog, probe),
        List.of(weir::close));
  }

  /** Two pools of half the size; probes share that of the quiet callers. */
  public static Shared staticPools(Lenders lenders) {
    var half = new Lenders(lenders.server(), lenders.connections() / 2);
    Lender quiet = half.hikari();
    Lender hog = half.hikari();
    return new Shared(
        STATIC_POOLS,
        "one pool for the quiet callers and probes, one for the hog, each " + quiet.settings(),
        new Roles(quiet, hog, quiet),
        List.of(quiet::close, hog::close));
  }

  /** One pool for all. */
  public static Shared onePool(Lenders lenders) {
    Lender all = lenders.hikari();
    return new Shared(
        "HikariCP, one pool of 10", all.settings(), new Roles(all, all, all), List.of(all::close));
  }

  @Override
  public void close() {
    parts.forEach(Runnable::run);
  }
}
