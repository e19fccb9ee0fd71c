package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.config.keys.Catalogue;
import dev.weir.config.text.Conversions;
import dev.weir.config.text.Masking;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings themselves, without where they came from. What spans several of them is checked
 * here, so a tree that exists is valid as a whole. Immutable.
 */
record Tree(
    Profile profile,
    PostgresConfig postgres,
    PoolConfig pool,
    Map<String, LaneConfig> lanes,
    RedisConfig redis,
    Map<String, BulkheadConfig> bulkheads,
    TasksConfig tasks,
    EventsConfig events,
    HealthConfig health,
    TelemetryConfig telemetry,
    ShutdownConfig shutdown) {
  static final String ADMIN = "admin";

  /** Lanes without a login of their own. */
  private static final Set<String> OF_ALL = Set.of("interactive", ADMIN);

  // Below this size of the pool a connection set aside for operators would be missed elsewhere.
  private static final int ADMIN_RESERVES_FROM = 4;

  Tree {
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(postgres, "postgres");
    Objects.requireNonNull(pool, "pool");
    lanes = withPresets(Objects.requireNonNull(lanes, "lanes"), pool.max());
    Objects.requireNonNull(redis, "redis");
    bulkheads = withDefault(Objects.requireNonNull(bulkheads, "bulkheads"));
    Objects.requireNonNull(tasks, "tasks");
    Objects.requireNonNull(events, "events");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(telemetry, "telemetry");
    Objects.requireNonNull(shutdown, "shutdown");
    Problems problems = Problems.ofCode("");
    check(problems, lanes, pool.max());
    checkFleet(problems, pool, postgres);
    checkNames(problems, lanes, bulkheads);
    problems.throwIfAny();
  }

  static Tree defaults(Profile profile) {
    return new Tree(
        profile,
        PostgresConfig.defaults(),
        profile.pool(),
        Map.of(),
        RedisConfig.defaults(),
        Map.of(),
        TasksConfig.defaults(),
        EventsConfig.defaults(),
        HealthConfig.defaults(),
        TelemetryConfig.defaults(),
        ShutdownConfig.defaults());
  }

  /** A lane as it is when nothing is set for it: preset by its name, else open. */
  static LaneConfig presetLane(String name, int poolMax) {
    LaneConfig open = LaneConfig.open();
    return switch (name) {
      case "interactive" -> open.weight(4);
      case "batch", "training" ->
          open.guards(Guards.none().idleInTransactionTimeout(Duration.ofMinutes(10)));
      case "mcp" ->
          open.weight(4)
              .deadline(Duration.ofMillis(200))
              .guards(
                  new Guards(
                      Duration.ofMillis(150), Duration.ofMillis(100), Duration.ofSeconds(5)));
      case ADMIN ->
          open.reserved(poolMax >= ADMIN_RESERVES_FROM ? 1 : 0)
              .weight(4)
              .deadline(Duration.ofSeconds(10))
              .guards(
                  new Guards(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(1)));
      default -> open;
    };
  }

  private static Map<String, LaneConfig> withPresets(Map<String, LaneConfig> lanes, int poolMax) {
    Map<String, LaneConfig> all = new LinkedHashMap<>();
    Catalogue.PRESET_LANES.forEach(name -> all.put(name, presetLane(name, poolMax)));
    lanes.forEach((name, lane) -> all.put(name, Objects.requireNonNull(lane, "lanes." + name)));
    return Collections.unmodifiableMap(all);
  }

  private static Map<String, BulkheadConfig> withDefault(Map<String, BulkheadConfig> bulkheads) {
    Map<String, BulkheadConfig> all = new LinkedHashMap<>();
    all.put(Catalogue.DEFAULT_BULKHEAD, BulkheadConfig.defaults());
    bulkheads.forEach(
        (name, bulkhead) -> all.put(name, Objects.requireNonNull(bulkhead, "bulkheads." + name)));
    return Collections.unmodifiableMap(all);
  }

  /** The lanes together must leave a connection that belongs to nobody. */
  static void check(Problems problems, Map<String, LaneConfig> lanes, int poolMax) {
    long reserved = sum(lanes, LaneConfig::reserved);
    long own = sum(lanes, Tree::ownShare);
    String greediest = greediest(lanes, own == 0 ? LaneConfig::reserved : Tree::ownShare);
    LaneConfig lane = Objects.requireNonNull(lanes.get(greediest), greediest);
    if (own == 0) {
      problems.unless(
          reserved < poolMax || reserved == 0,
          "lanes." + greediest + ".reserved",
          lane.reserved(),
          "all lanes together reserve %d of pool.max = %d, and at least 1 must stay free for all; "
                  .formatted(reserved, poolMax)
              + "lower a reserve or raise pool.max to %d".formatted(reserved + 1),
          "pool.max");
    } else {
      problems.unless(
          own + reserved < poolMax,
          "lanes." + greediest + ".limit",
          lane.limit(),
          "lanes with a login of their own have %d of pool.max = %d, the others reserve %d, and at least 1 must stay free for all who log in as postgres.user; lower a limit or raise pool.max to %d"
              .formatted(own, poolMax, reserved, own + reserved + 1),
          "pool.max");
    }
  }

  private static long sum(Map<String, LaneConfig> lanes, ToIntFunction<LaneConfig> share) {
    return lanes.values().stream().mapToLong(share::applyAsInt).sum();
  }

  private static String greediest(Map<String, LaneConfig> lanes, ToIntFunction<LaneConfig> share) {
    return lanes.entrySet().stream()
        .max(Comparator.comparingInt(lane -> share.applyAsInt(lane.getValue())))
        .map(Map.Entry::getKey)
        .orElse(ADMIN);
  }

  /** The part of the pool that only the lane's own login has. */
  private static int ownShare(LaneConfig lane) {
    return lane.login() == null ? 0 : lane.limit();
  }

  /** Callers who name no lane, and operators, are of the login of all. */
  static void checkMayLogIn(Problems problems, String lane, @Nullable String user) {
    problems.unless(
        user == null || !OF_ALL.contains(lane),
        "lanes." + lane + ".user",
        user,
        "the lane %s is of postgres.user, as Weir's own questions go there; declare a lane for this login by lanes = <name>"
            .formatted(lane));
  }

  /** A pooler counts for itself, and shows the server none of those behind it. */
  static void checkFleet(Problems problems, PoolConfig pool, PostgresConfig postgres) {
    problems.unless(
        pool.fleet().name() == null || postgres.pooler() == PostgresConfig.Pooler.NONE,
        "pool.fleet",
        pool.fleet().name(),
        "cannot be with postgres.pooler = transaction: the pooler shares out the server's"
            + " connections (default_pool_size, max_db_connections); take one of the two out",
        "postgres.pooler");
  }

  private static void checkNames(
      Problems problems, Map<String, LaneConfig> lanes, Map<String, BulkheadConfig> bulkheads) {
    lanes.forEach(
        (name, lane) -> {
          checkLaneName(problems, name);
          checkMayLogIn(problems, name, lane.login() == null ? null : lane.login().user());
        });
    for (String name : bulkheads.keySet()) {
      problems.unless(
          Catalogue.BULKHEAD_NAME.matcher(name).matches(),
          "bulkheads",
          name,
          "a bulkhead is named by lower-case letters and digits, words joined by '-'");
    }
  }

  static void checkLaneName(Problems problems, String name) {
    problems.unless(
        Catalogue.LANE_NAME.matcher(name).matches(),
        "lanes",
        name,
        "a lane is named by lower-case letters, digits, '-' and '_', and begins with neither sign");
  }

  /** Every value by its key as {@code describe()} shows it: secrets masked, unset ones empty. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("profile", profile.toString());
    values.put("postgres.url", address(postgres.url()));
    values.put("postgres.user", Objects.requireNonNullElse(postgres.user(), ""));
    values.put("postgres.password", postgres.password().shown());
    values.put("postgres.connect-timeout", Conversions.show(postgres.connectTimeout()));
    values.put("postgres.pooler", postgres.pooler().toString());
    values.put("pool.min", Integer.toString(pool.min()));
    values.put("pool.max", Integer.toString(pool.max()));
    values.put("pool.wait", Conversions.show(pool.maxWait()));
    values.put("pool.sql-comments", pool.sqlComments().toString());
    values.put("pool.adapt.limit", pool.adapt().limit().toString());
    values.put("pool.adapt.size", pool.adapt().size().toString());
    values.put("pool.adapt.ceiling", Objects.toString(pool.adapt().ceiling(), ""));
    values.put("pool.fleet", Objects.requireNonNullElse(pool.fleet().name(), ""));
    values.put("pool.fleet-weight", Integer.toString(pool.fleet().weight()));
    values.put("lanes", declaredLanes());
    lanes.forEach((name, lane) -> put(values, "lanes." + name, lane));
    values.put("redis.uri", address(redis.uri()));
    values.put("redis.timeout", Conversions.show(redis.timeout()));
    putWork(values);
    return values;
  }

  /** What is there around the two servers: work, and how it is watched and ended. */
  private void putWork(Map<String, String> values) {
    bulkheads.forEach((name, bulkhead) -> put(values, "bulkheads." + name, bulkhead));
    values.put("tasks.dead-letters", Integer.toString(tasks.deadLetters()));
    values.put("tasks.history", Integer.toString(tasks.history()));
    values.put("tasks.history-age", Conversions.show(tasks.historyAge()));
    values.put("tasks.stuck-after", Conversions.show(tasks.stuckAfter()));
    values.put("events.queue", Integer.toString(events.queue()));
    values.put("events.workers", Integer.toString(events.workers()));
    values.put("events.history", Integer.toString(events.history()));
    values.put("health.interval", Conversions.show(health.interval()));
    values.put("health.timeout", Conversions.show(health.timeout()));
    values.put("health.fall", Integer.toString(health.fall()));
    values.put("health.rise", Integer.toString(health.rise()));
    values.put("health.readiness", String.join(",", health.readiness()));
    values.put("health.pinned", Boolean.toString(health.pinned()));
    values.put("health.endpoint.port", Objects.toString(health.endpoint().port(), ""));
    values.put("health.endpoint.host", health.endpoint().host());
    values.put("telemetry.target", telemetry.target().toString());
    values.put("telemetry.spans", telemetry.spans().toString());
    values.put("telemetry.mdc", Boolean.toString(telemetry.mdc()));
    values.put("shutdown.budget", Conversions.show(shutdown.budget()));
    values.put("shutdown.hook", Boolean.toString(shutdown.hook()));
    values.put("shutdown.signals", Boolean.toString(shutdown.signals()));
  }

  /** What looks alike in {@link #values} when it is not, by key: what is masked there, unmasked. */
  Map<String, Object> secrets() {
    Map<String, Object> secrets = new LinkedHashMap<>();
    secrets.put("postgres.url", Objects.requireNonNullElse(postgres.url(), ""));
    secrets.put("postgres.password", postgres.password());
    lanes.forEach(
        (name, lane) ->
            secrets.put(
                "lanes." + name + ".password",
                lane.login() == null ? Secret.none() : lane.login().password()));
    secrets.put("redis.uri", Objects.requireNonNullElse(redis.uri(), ""));
    return secrets;
  }

  private String declaredLanes() {
    return lanes.keySet().stream()
        .filter(name -> !Catalogue.PRESET_LANES.contains(name))
        .collect(Collectors.joining(","));
  }

  private static void put(Map<String, String> values, String path, LaneConfig lane) {
    values.put(path + ".reserved", Integer.toString(lane.reserved()));
    values.put(path + ".limit", Conversions.showLimit(lane.limit()));
    values.put(path + ".weight", Integer.toString(lane.weight()));
    values.put(path + ".queue-bound", Conversions.showLimit(lane.queueBound()));
    values.put(path + ".deadline", Conversions.showOrNone(lane.deadline()));
    Guards guards = lane.guards();
    values.put(path + ".statement-timeout", Conversions.showOrNone(guards.statementTimeout()));
    values.put(path + ".lock-timeout", Conversions.showOrNone(guards.lockTimeout()));
    values.put(
        path + ".idle-in-transaction-timeout",
        Conversions.showOrNone(guards.idleInTransactionTimeout()));
    values.put(path + ".read-only", Boolean.toString(lane.readOnly()));
    values.put(path + ".shed", lane.shed().toString());
    values.put(path + ".role", Objects.requireNonNullElse(lane.role(), ""));
    LaneLogin login = lane.login();
    values.put(path + ".user", login == null ? "" : login.user());
    values.put(path + ".password", login == null ? "" : login.password().shown());
  }

  private static void put(Map<String, String> values, String path, BulkheadConfig bulkhead) {
    values.put(path + ".limit", Integer.toString(bulkhead.limit()));
    values.put(path + ".queue", Integer.toString(bulkhead.queue()));
  }

  private static String address(@Nullable String address) {
    return address == null ? "" : Masking.address(address);
  }
}
