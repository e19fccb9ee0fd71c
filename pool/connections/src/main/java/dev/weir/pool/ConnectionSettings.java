package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneConfig.Shedding;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.WeirConfig;
import dev.weir.gate.CoDel;
import dev.weir.gate.LaneSettings;
import dev.weir.pool.lease.Remark;
import java.util.List;
import java.util.Map;
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
 */
public record ConnectionSettings(
    PostgresConfig postgres,
    PoolConfig pool,
    Map<String, LaneConfig> lanes,
    RedisConfig redis,
    @Nullable DataSource override,
    Supplier<@Nullable String> traceParent) {

  /** Copies the map. */
  public ConnectionSettings {
    lanes = Map.copyOf(lanes);
  }

  /** Settings without neighbours: nobody knows of traces. */
  public ConnectionSettings(
      PostgresConfig postgres,
      PoolConfig pool,
      Map<String, LaneConfig> lanes,
      RedisConfig redis,
      @Nullable DataSource override) {
    this(postgres, pool, lanes, redis, override, () -> null);
  }

  /** The settings of a whole configuration, with sockets of Weir's own. */
  public static ConnectionSettings of(WeirConfig config) {
    return new ConnectionSettings(
        config.postgres(), config.pool(), config.lanes(), config.redis(), null);
  }

  /** The same on somebody else's data source, which Weir does not close. */
  public ConnectionSettings override(@Nullable DataSource source) {
    return new ConnectionSettings(postgres, pool, lanes, redis, source, traceParent);
  }

  /** The same with somebody who knows the trace that the calling thread is in. */
  public ConnectionSettings traceParent(Supplier<@Nullable String> traceParent) {
    return new ConnectionSettings(postgres, pool, lanes, redis, override, traceParent);
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
            "Return sessions sooner, or raise pool.max, pool.wait%s (weir.config().describe() shows what is in force)."
                .formatted(lane.limited() ? " or lanes." + name + ".limit" : ""));
  }
}
