package dev.weir.config;

import dev.weir.config.ConfigurationException.Problem;
import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.config.LaneConfig.Shedding;
import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Suggestion;
import dev.weir.config.sources.Raw;
import dev.weir.config.sources.Resolution;
import dev.weir.config.text.Conversions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tree of settings from texts. It goes on after each problem, with the default in place
 * of what is wrong, so that all problems are found; in the end there is a tree or an exception. For
 * one thread, once.
 */
final class Binder {
  private static final String BULKHEADS = "bulkheads.";

  private final Resolution resolution;
  private final Map<String, Secret> secrets;
  private final Values values;
  private final Problems problems;

  private Binder(Resolution resolution, Map<String, Secret> secrets) {
    this.resolution = resolution;
    this.secrets = secrets;
    this.values = new Values(resolution);
    this.problems = values.problems;
  }

  /** The settings, or the exception with everything that is wrong with them. */
  static WeirConfig bind(Resolution resolution, Map<String, Secret> secrets) {
    return new Binder(resolution, secrets).bind();
  }

  private WeirConfig bind() {
    Profile profile = values.read("profile", Binder::profile, Profile.DEVELOPMENT);
    values.profile(profile);
    PoolConfig pool = pool(profile);
    Map<String, LaneConfig> lanes = lanes(pool.max());
    if (problems.count() == 0) {
      Tree.check(problems, lanes, pool.max());
    }
    PostgresConfig postgres = postgres();
    Tree.checkFleet(problems, pool, postgres);
    RedisConfig redis = redis();
    Map<String, BulkheadConfig> bulkheads = bulkheads();
    TasksConfig tasks = tasks();
    EventsConfig events = events();
    HealthConfig health = health();
    TelemetryConfig telemetry = telemetry();
    ShutdownConfig shutdown = shutdown();
    secrets.keySet().forEach(this::refuseUnknown);
    resolution.faults().forEach(values::tell);
    problems.throwIfAny();
    Tree tree =
        new Tree(
            profile, postgres, pool, lanes, redis, bulkheads, tasks, events, health, telemetry,
            shutdown);
    return new WeirConfig(tree, values.origins, resolution.warnings(), notes());
  }

  /** A secret for a name that nobody has declared would be asked for by nobody. */
  private void refuseUnknown(String secret) {
    resolution
        .unknown(secret)
        .ifPresent(why -> problems.add(new Problem(secret, null, new Origin.Code(), why)));
  }

  private List<String> notes() {
    return values.given.containsKey("profile")
        ? List.of()
        : List.of(
            "profile development is in force because none is chosen; choose one with WEIR_PROFILE"
                + " or weir.profile: development, test or production");
  }

  private static Profile profile(String text) {
    List<String> names = Stream.of(Profile.values()).map(Profile::toString).toList();
    String name = text.toLowerCase(Locale.ROOT);
    if (names.contains(name)) {
      return Profile.valueOf(name.toUpperCase(Locale.ROOT));
    }
    String guess =
        names.stream()
            .filter(known -> !name.isEmpty() && known.startsWith(name))
            .findFirst()
            .or(() -> Suggestion.closest(names.stream(), name))
            .map("; did you mean \"%s\"?"::formatted)
            .orElse("");
    throw new IllegalArgumentException("must be development, test or production" + guess);
  }

  private PostgresConfig postgres() {
    PostgresConfig preset = PostgresConfig.defaults();
    int before = problems.count();
    String url = values.text("postgres.url");
    String user = values.text("postgres.user");
    Secret password = password("postgres");
    Duration timeout = values.time("postgres.connect-timeout", preset.connectTimeout());
    var pooler = values.read("postgres.pooler", PostgresConfig.Pooler::of, preset.pooler());
    PostgresConfig.check(problems.under("postgres"), url, user, timeout, pooler);
    return values.fine(
        before, () -> new PostgresConfig(url, user, password, timeout, pooler), preset);
  }

  /** That of the login under this path, in plain or in a file. */
  private Secret password(String path) {
    String plain = path + ".password";
    String inFile = path + ".password-file";
    Secret called = secrets.get(plain);
    if (called != null) {
      values.origins.put(plain, new Origin.Code());
    }
    if (!values.given.containsKey(inFile)) {
      return called != null ? called : values.read(plain, Secret::of, Secret.none());
    }
    if (called != null || values.given.containsKey(plain)) {
      problems.unless(
          false,
          inFile,
          null,
          plain + " is given too (" + values.origin(plain).brief() + "); keep one of the two");
    }
    Secret file = values.read(inFile, Binder::secretFile, Secret.none());
    values.origins.put(plain, values.origin(inFile));
    return file;
  }

  private static Secret secretFile(String text) {
    try {
      Path path = Path.of(text);
      if (Files.isRegularFile(path) && Files.isReadable(path)) {
        return Secret.file(path);
      }
    } catch (InvalidPathException noPath) {
      throw new IllegalArgumentException("is no path of a file", noPath);
    }
    throw new IllegalArgumentException(
        "there is no such file, or it may not be read; write the path of a file with the secret");
  }

  private PoolConfig pool(Profile profile) {
    PoolConfig preset = profile.pool();
    boolean sure = !values.unreadable.contains("profile");
    if (!sure) {
      Stream.of("pool.min", "pool.max")
          .filter(key -> !values.given.containsKey(key))
          .forEach(values.unreadable::add);
    }
    int before = problems.count();
    int min = values.number("pool.min", preset.min());
    int max = values.number("pool.max", preset.max());
    Duration wait = values.time("pool.wait", preset.maxWait());
    var comments =
        values.read("pool.sql-comments", PoolConfig.SqlComments::of, preset.sqlComments());
    String fleet = values.text("pool.fleet");
    int weight = values.number("pool.fleet-weight", preset.fleet().weight());
    PoolConfig.check(problems.under("pool"), min, max, wait);
    AdaptConfig adapt = adapt(preset.adapt());
    AdaptConfig.checkAbove(problems.under("pool"), adapt.ceiling(), max);
    PoolConfig.Fleet.check(problems.under("pool"), fleet, weight);
    return sure
        ? values.fine(
            before,
            () ->
                new PoolConfig(
                    min, max, wait, comments, adapt, new PoolConfig.Fleet(fleet, weight)),
            preset)
        : preset;
  }

  private AdaptConfig adapt(AdaptConfig preset) {
    var limit = values.read("pool.adapt.limit", AdaptConfig.Mode::of, preset.limit());
    var size = values.read("pool.adapt.size", AdaptConfig.Mode::of, preset.size());
    int before = problems.count();
    Integer ceiling =
        values.<@Nullable Integer>read("pool.adapt.ceiling", Conversions::number, preset.ceiling());
    AdaptConfig.check(problems.under("pool.adapt"), ceiling);
    return values.fine(before, () -> new AdaptConfig(limit, size, ceiling), preset);
  }

  private Map<String, LaneConfig> lanes(int poolMax) {
    Map<String, LaneConfig> lanes = new LinkedHashMap<>();
    Catalogue.PRESET_LANES.forEach(name -> lanes.put(name, lane(name, poolMax)));
    Raw declared = values.given.get("lanes");
    List<String> names = declared == null ? List.of() : Conversions.names(declared.value());
    for (String name : names) {
      Tree.checkLaneName(problems, name);
      lanes.computeIfAbsent(name, it -> lane(it, poolMax));
    }
    return lanes;
  }

  private LaneConfig lane(String name, int poolMax) {
    LaneConfig preset = Tree.presetLane(name, poolMax);
    String path = "lanes." + name;
    int before = problems.count();
    int reserved = values.number(path + ".reserved", preset.reserved());
    int limit = values.read(path + ".limit", Conversions::limit, preset.limit());
    int weight = values.number(path + ".weight", preset.weight());
    LaneChecks.checkShare(problems.under(path), reserved, limit, weight);
    int bound = values.read(path + ".queue-bound", Conversions::limit, preset.queueBound());
    LaneChecks.checkQueueBound(problems.under(path), bound);
    Duration deadline = values.timeOrNone(path + ".deadline", preset.deadline());
    LaneChecks.checkTime(problems.under(path), "deadline", deadline);
    Guards guards = guards(path, preset.guards(), deadline);
    boolean readOnly = values.read(path + ".read-only", Conversions::flag, preset.readOnly());
    Shedding shed = values.read(path + ".shed", Binder::shedding, preset.shed());
    String role = values.text(path + ".role");
    LaneChecks.checkRole(problems.under(path), role);
    LaneLogin login = login(name, path);
    if (login != null) {
      LaneChecks.checkOwnShare(problems.under(path), reserved, limit);
    }
    return values.fine(
        before,
        () ->
            new LaneConfig(
                reserved, limit, weight, bound, deadline, guards, readOnly, shed, role, login),
        preset);
  }

  /** That of a lane; null if it has none of its own, or none that can be. */
  private @Nullable LaneLogin login(String name, String path) {
    int before = problems.count();
    String user = values.text(path + ".user");
    Secret password = password(path);
    LaneLogin.check(problems.under(path), user, password);
    Tree.checkMayLogIn(problems, name, user);
    return user == null
        ? null
        : values.<@Nullable LaneLogin>fine(before, () -> new LaneLogin(user, password), null);
  }

  private Guards guards(String path, Guards preset, @Nullable Duration deadline) {
    Guards usual = presetGuards(path, preset, deadline);
    int before = problems.count();
    Duration statement = values.timeOrNone(path + ".statement-timeout", usual.statementTimeout());
    Duration lock = values.timeOrNone(path + ".lock-timeout", usual.lockTimeout());
    Duration idle =
        values.timeOrNone(path + ".idle-in-transaction-timeout", usual.idleInTransactionTimeout());
    Guards.check(problems.under(path), statement, lock, idle);
    Guards.checkWithin(problems.under(path), deadline, statement, lock);
    return values.fine(before, () -> new Guards(statement, lock, idle), usual);
  }

  /** A deadline shortens what is merely preset, and is then where that value came from. */
  private Guards presetGuards(String path, Guards preset, @Nullable Duration deadline) {
    Guards usual = preset.within(deadline);
    if (!Objects.equals(usual.statementTimeout(), preset.statementTimeout())) {
      values.inherit(path + ".deadline", path + ".statement-timeout");
    }
    if (!Objects.equals(usual.lockTimeout(), preset.lockTimeout())) {
      values.inherit(path + ".deadline", path + ".lock-timeout");
    }
    return usual;
  }

  private static Shedding shedding(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "auto" -> Shedding.auto();
      case "off" -> Shedding.off();
      default -> Shedding.above(Conversions.durationOr("auto or off", text));
    };
  }

  private RedisConfig redis() {
    RedisConfig preset = RedisConfig.defaults();
    int before = problems.count();
    String uri = values.text("redis.uri");
    Duration timeout = values.time("redis.timeout", preset.timeout());
    RedisConfig.check(problems.under("redis"), uri, timeout);
    return values.fine(before, () -> new RedisConfig(uri, timeout), preset);
  }

  private Map<String, BulkheadConfig> bulkheads() {
    Map<String, BulkheadConfig> bulkheads = new LinkedHashMap<>();
    String byDefault = Catalogue.DEFAULT_BULKHEAD;
    BulkheadConfig common = bulkhead(byDefault, BulkheadConfig.defaults());
    bulkheads.put(byDefault, common);
    Set<String> names = new TreeSet<>();
    values.given.keySet().forEach(key -> Catalogue.bulkheadIn(key).ifPresent(names::add));
    names.remove(byDefault);
    for (String name : names) {
      values.inherit(BULKHEADS + byDefault + ".limit", BULKHEADS + name + ".limit");
      values.inherit(BULKHEADS + byDefault + ".queue", BULKHEADS + name + ".queue");
      bulkheads.put(name, bulkhead(name, common));
    }
    return bulkheads;
  }

  private BulkheadConfig bulkhead(String name, BulkheadConfig preset) {
    String path = BULKHEADS + name;
    int before = problems.count();
    int limit = values.number(path + ".limit", preset.limit());
    int queue = values.number(path + ".queue", preset.queue());
    BulkheadConfig.check(problems.under(path), limit, queue);
    return values.fine(before, () -> new BulkheadConfig(limit, queue), preset);
  }

  private TasksConfig tasks() {
    TasksConfig preset = TasksConfig.defaults();
    int before = problems.count();
    int letters = values.number("tasks.dead-letters", preset.deadLetters());
    int history = values.number("tasks.history", preset.history());
    Duration age = values.time("tasks.history-age", preset.historyAge());
    Duration stuck = values.time("tasks.stuck-after", preset.stuckAfter());
    TasksConfig.check(problems.under("tasks"), letters, history, age, stuck);
    return values.fine(before, () -> new TasksConfig(letters, history, age, stuck), preset);
  }

  private EventsConfig events() {
    EventsConfig preset = EventsConfig.defaults();
    int before = problems.count();
    int queue = values.number("events.queue", preset.queue());
    int workers = values.number("events.workers", preset.workers());
    int history = values.number("events.history", preset.history());
    EventsConfig.check(problems.under("events"), queue, workers, history);
    return values.fine(before, () -> new EventsConfig(queue, workers, history), preset);
  }

  private HealthConfig health() {
    HealthConfig preset = HealthConfig.defaults();
    int before = problems.count();
    Duration interval = values.time("health.interval", preset.interval());
    Duration timeout = values.time("health.timeout", preset.timeout());
    HealthConfig.check(problems.under("health"), interval, timeout);
    int fall = values.number("health.fall", preset.fall());
    int rise = values.number("health.rise", preset.rise());
    HealthConfig.checkCounts(problems.under("health"), fall, rise);
    var readiness = values.read("health.readiness", Conversions::names, preset.readiness());
    boolean pinned = values.read("health.pinned", Conversions::flag, preset.pinned());
    HealthConfig.Endpoint endpoint = endpoint(preset.endpoint());
    return values.fine(
        before,
        () -> new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint),
        preset);
  }

  private HealthConfig.Endpoint endpoint(HealthConfig.Endpoint preset) {
    int before = problems.count();
    Integer port =
        values.<@Nullable Integer>read("health.endpoint.port", Conversions::number, preset.port());
    String host = values.read("health.endpoint.host", text -> text, preset.host());
    HealthConfig.Endpoint.check(problems.under("health.endpoint"), port, host);
    return values.fine(before, () -> new HealthConfig.Endpoint(port, host), preset);
  }

  private TelemetryConfig telemetry() {
    TelemetryConfig preset = TelemetryConfig.defaults();
    var target = values.read("telemetry.target", TelemetryConfig.Target::of, preset.target());
    var spans = values.read("telemetry.spans", TelemetryConfig.Spans::of, preset.spans());
    return new TelemetryConfig(
        target, spans, values.read("telemetry.mdc", Conversions::flag, preset.mdc()));
  }

  private ShutdownConfig shutdown() {
    ShutdownConfig preset = ShutdownConfig.defaults();
    int before = problems.count();
    Duration budget = values.time("shutdown.budget", preset.budget());
    boolean hook = values.read("shutdown.hook", Conversions::flag, preset.hook());
    boolean signals = values.read("shutdown.signals", Conversions::flag, preset.signals());
    ShutdownConfig.check(problems.under("shutdown"), budget);
    return values.fine(before, () -> new ShutdownConfig(budget, hook, signals), preset);
  }
}
