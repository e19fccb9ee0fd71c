package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneConfig.Shedding;
import dev.weir.config.LaneLogin;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.WeirConfig;
import dev.weir.gate.CoDel;
import dev.weir.gate.LaneSettings;
import dev.weir.pool.lease.Remark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link UnifiedConnectionManager} is opened with. Immutable.
 *
 * @param postgres the server and the login
 * @param pool how many sockets, and how long a caller waits
 * @param lanes the lanes of the gate by name
 * @param redis the Redis server, possibly none
 * @param override a data source to use in place of Weir's own sockets to {@code postgres}, or null
 * @param traceParent the trace that the calling thread is in, as W3C writes it, or null for none;
 *     asked before each statement if {@code pool.sql-comments} is {@code trace}
 * @param ambient the framework whose transactions sessions join
 * @param watch how those who hold connections are watched
 */
public record ConnectionSettings(
    PostgresConfig postgres,
    PoolConfig pool,
    Map<String, LaneConfig> lanes,
    RedisConfig redis,
    @Nullable DataSource override,
    Supplier<@Nullable String> traceParent,
    AmbientConnection ambient,
    WatchRules watch) {

  /** Copies the map. */
  public ConnectionSettings {
    lanes = Map.copyOf(lanes);
  }

  /** Settings without neighbours: nobody knows of traces, and no framework has transactions. */
  public ConnectionSettings(
      PostgresConfig postgres,
      PoolConfig pool,
      Map<String, LaneConfig> lanes,
      RedisConfig redis,
      @Nullable DataSource override) {
    this(
        postgres,
        pool,
        lanes,
        redis,
        override,
        () -> null,
        AmbientConnection.NONE,
        WatchRules.usual());
  }

  /** The settings of a whole configuration, with sockets of Weir's own. */
  public static ConnectionSettings of(WeirConfig config) {
    return new ConnectionSettings(
        config.postgres(), config.pool(), config.lanes(), config.redis(), null);
  }

  /** The same on somebody else's data source, which Weir does not close. */
  public ConnectionSettings override(@Nullable DataSource source) {
    return new ConnectionSettings(
        postgres, pool, lanes, redis, source, traceParent, ambient, watch);
  }

  /** The same with somebody who knows the trace that the calling thread is in. */
  public ConnectionSettings traceParent(Supplier<@Nullable String> traceParent) {
    return new ConnectionSettings(
        postgres, pool, lanes, redis, override, traceParent, ambient, watch);
  }

  /** The same under a framework whose transactions sessions join. */
  public ConnectionSettings ambient(AmbientConnection ambient) {
    return new ConnectionSettings(
        postgres, pool, lanes, redis, override, traceParent, ambient, watch);
  }

  /** The same with another watch on those who hold connections. */
  public ConnectionSettings watch(WatchRules watch) {
    return new ConnectionSettings(
        postgres, pool, lanes, redis, override, traceParent, ambient, watch);
  }

  /** The logins that lanes have of their own, by lane. */
  SortedMap<String, LaneLogin> ownLogins() {
    SortedMap<String, LaneLogin> own = new TreeMap<>();
    lanes.forEach(
        (name, lane) -> {
          LaneLogin login = lane.login();
          if (login != null) {
            own.put(name, login);
          }
        });
    return own;
  }

  /** Connections that are those lanes' alone. */
  int ownShare() {
    return ownLogins().keySet().stream().mapToInt(this::limit).sum();
  }

  /** The limit of a lane. */
  int limit(String lane) {
    return Objects.requireNonNull(lanes.get(lane), lane).limit();
  }

  /** The same without those lanes and their connections: what all others share. */
  ConnectionSettings shared() {
    int own = ownShare();
    if (own == 0) {
      return this;
    }
    Map<String, LaneConfig> others = new HashMap<>(lanes);
    others.keySet().removeAll(ownLogins().keySet());
    int max = pool.max() - own;
    Integer ceiling = pool.adapt().ceiling();
    PoolConfig less =
        new PoolConfig(
            Math.min(pool.min(), max),
            max,
            pool.maxWait(),
            pool.sqlComments(),
            pool.adapt().ceiling(ceiling == null ? null : ceiling - own),
            pool.fleet());
    return new ConnectionSettings(
        postgres, less, others, redis, override, traceParent, ambient, watch);
  }

  /** Why there can be no signals; null if there can. */
  @Nullable String noSignals(int connections) {
    if (override != null) {
      return "Signals need a connection of their own, but the given data source may want each back:"
          + " configure postgres.url instead, or poll.";
    }
    if (isPooled()) {
      return "Signals need a server process that listens, but behind a pooler in transaction mode"
          + " (postgres.pooler) there is none for longer than a transaction: point postgres.url"
          + " at the server itself, or poll.";
    }
    if (connections >= 2) {
      return null;
    }
    int own = ownShare();
    return "Signals need a connection that does nothing else, but pool.max %s: set it to %d or more."
        .formatted(own == 0 ? "is 1" : "leaves lanes without a login of their own 1", own + 2);
  }

  /**
   * Checks that the pool can be in its fleet, if it names one.
   *
   * @throws IllegalStateException if it cannot
   */
  void checkFleet() {
    if (pool.fleet().name() != null) {
      FleetPool.terms(this);
    }
  }

  /** With how many the pool begins: in a fleet with what it cannot do without. */
  PoolConfig firstSize() {
    if (pool.fleet().name() == null) {
      return pool;
    }
    int max = FleetPool.terms(this).floor();
    return pool.min(Math.min(pool.min(), max)).max(max);
  }

  /** Whether writes are wanted: whether those who name no lane may write. */
  boolean isForWriting() {
    LaneConfig usual = lanes.get(Access.DEFAULT_LANE);
    return usual == null || !usual.readOnly();
  }

  /** Whether a pooler shares server processes between connections. */
  boolean isPooled() {
    return override == null && postgres.pooler() == PostgresConfig.Pooler.TRANSACTION;
  }

  /**
   * Checks that a role can hold outside a transaction; empty for the login itself.
   *
   * @throws IllegalStateException if none holds for longer than one
   */
  void checkOutsideTransaction(String role) {
    if (!role.isEmpty() && isPooled()) {
      throw new IllegalStateException(
          "A session as role '%s' outside a transaction needs a server process of its own, but behind a pooler in transaction mode (postgres.pooler) there is none: use inTransaction, or give the lane a login of its own (lanes.<name>.user)."
              .formatted(role));
    }
  }

  /** What statements tell the server, by the name of their session. */
  Function<@Nullable String, Remark> remarks() {
    return switch (pool.sqlComments()) {
      case OFF -> _ -> Remark.NONE;
      case NAME -> name -> name == null ? Remark.NONE : Remark.of(name, () -> null);
      case TRACE -> name -> name == null ? Remark.NONE : Remark.of(name, traceParent);
    };
  }

  /** Where Weir asks for a connection of its own: before all others, if there is such a lane. */
  String signalLane() {
    return lanes.containsKey("admin") ? "admin" : Access.DEFAULT_LANE;
  }

  List<LaneSettings> laneSettings() {
    return lanes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(lane -> settings(lane.getKey(), lane.getValue()))
        .toList();
  }

  LaneSettings laneSettings(String lane) {
    return settings(lane, Objects.requireNonNull(lanes.get(lane), lane));
  }

  private static CoDel codel(Shedding shed) {
    return switch (shed) {
      case Shedding.Auto _ -> CoDel.byBudget();
      case Shedding.Off _ -> CoDel.off();
      case Shedding.Above above -> CoDel.above(above.target());
    };
  }

  private static LaneSettings settings(String name, LaneConfig lane) {
    return LaneSettings.named(name)
        .reserved(lane.reserved())
        .limit(lane.limit())
        .weight(lane.weight())
        .queueBound(lane.queueBound())
        .codel(codel(lane.shed()))
        .advice(
            "Return sessions sooner, or raise %s (weir.config().describe() shows what is in force)."
                .formatted(relief(name, lane)));
  }

  private static String relief(String name, LaneConfig lane) {
    String own = "lanes." + name + ".limit";
    if (lane.login() != null) {
      return own + " or pool.wait";
    }
    return "pool.max, pool.wait" + (lane.limited() ? " or " + own : "");
  }
}
