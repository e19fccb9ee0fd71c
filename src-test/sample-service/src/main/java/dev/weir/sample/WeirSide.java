package dev.weir.sample;

import dev.weir.Weir;
import dev.weir.config.PoolConfig;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Access;
import dev.weir.tasks.schedule.Schedule;
import io.lettuce.core.SetArgs;
import java.sql.SQLException;
import java.time.Duration;

/** The order service on Weir: one gate, two lanes of it, one way to start work. */
final class WeirSide implements Side {

  /** Reports may hold this many connections at once, so that people always find some. */
  static final int BATCH_LIMIT = 2;

  private final Weir weir;

  private WeirSide(Weir weir) {
    this.weir = weir;
  }

  static WeirSide open(Servers servers, Settings settings) {
    return new WeirSide(Weir.start(config(servers, settings)));
  }

  static WeirConfig config(Servers servers, Settings settings) {
    var pool =
        new PoolConfig(settings.connections(), settings.connections(), Settings.LONGEST_WAIT);
    WeirConfig config = servers.config();
    return config
        .pool(pool)
        .lane("batch", config.lane("batch").limit(BATCH_LIMIT))
        // The first check of all opens Redis, in a cold JVM on a machine that is kept busy.
        .health(config.health().timeout(config.health().interval()));
  }

  Weir weir() {
    return weir;
  }

  @Override
  public String name() {
    return "Weir";
  }

  @Override
  public <R> R read(Kind kind, Query<R> query) throws SQLException {
    return weir.connections().withSession(access(kind), query::on);
  }

  @Override
  public <R> R write(Kind kind, Query<R> query) throws SQLException {
    return weir.connections().inTransaction(access(kind), query::on);
  }

  private static Access access(Kind kind) {
    return switch (kind) {
      case INTERACTIVE -> Access.readWrite();
      case BATCH -> Access.readWrite().lane("batch");
    };
  }

  @Override
  public String cached(String key) {
    String value = weir.connections().redis().sync().get(key);
    return value == null ? "" : value;
  }

  @Override
  public void cache(String key, String value) {
    weir.connections().redis().sync().set(key, value, SetArgs.Builder.ex(CACHED));
  }

  @Override
  public void start(String name, Job job) {
    weir.tasks().run(name, job::run);
  }

  @Override
  public void every(String name, Duration interval, Job job) {
    weir.tasks().schedule(name, Schedule.every(interval), job::run);
  }

  @Override
  public void close() {
    weir.close();
  }
}
