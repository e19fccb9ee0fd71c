package dev.weir.config;

import dev.weir.config.ConfigurationException.Problem;
import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.config.LaneConfig.Shedding;
import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Key.Form;
import dev.weir.config.keys.Suggestion;
import dev.weir.config.sources.Raw;
import dev.weir.config.sources.Reading.Fault;
import dev.weir.config.sources.Resolution;
import dev.weir.config.text.Conversions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tree of settings from texts. It goes on after each problem, with the default in place
 * of what is wrong, so that all problems are found; in the end there is a tree or an exception. For
 * one thread, once.
 */
final class Binder {
  private static final String PASSWORD = "postgres.password";
  private static final String PASSWORD_FILE = "postgres.password-file";
  private static final String BULKHEADS = "bulkheads.";

  private final Resolution resolution;
  private final Map<String, Raw> given;
  private final Map<String, Secret> secrets;
  private final Map<String, Origin> origins = new HashMap<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Problems problems = Problems.ofRead(this::origin, unreadable);
  private Profile profile = Profile.DEVELOPMENT;

  private Binder(Resolution resolution, Map<String, Secret> secrets) {
    this.resolution = resolution;
    this.given = resolution.values();
    this.secrets = secrets;
    given.forEach((key, raw) -> origins.put(key, originOf(raw)));
  }

  /** The settings, or the exception with everything that is wrong with them. */
  static WeirConfig bind(Resolution resolution, Map<String, Secret> secrets) {
    return new Binder(resolution, secrets).bind();
  }

  private WeirConfig bind() {
    profile = read("profile", Binder::profile, Profile.DEVELOPMENT);
    PoolConfig pool = pool();
    Map<String, LaneConfig> lanes = lanes(pool.max());
    if (problems.count() == 0) {
      Tree.check(problems, lanes, pool.max());
    }
    PostgresConfig postgres = postgres();
    RedisConfig redis = redis();
    Map<String, BulkheadConfig> bulkheads = bulkheads();
    HealthConfig health = health();
    ShutdownConfig shutdown = shutdown();
    resolution.faults().forEach(this::tell);
    problems.throwIfAny();
    Tree tree = new Tree(profile, postgres, pool, lanes, redis, bulkheads, health, shutdown);
    return new WeirConfig(tree, origins, resolution.warnings(), notes());
  }

  private List<String> notes() {
    return given.containsKey("profile")
        ? List.of()
        : List.of(
            "profile development is in force because none is chosen; choose one with WEIR_PROFILE or"
                + " weir.profile: development, test or production");
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
    String url = text("postgres.url");
    String user = text("postgres.user");
    Secret password = password();
    Duration timeout = time("postgres.connect-timeout", preset.connectTimeout());
    PostgresConfig.check(problems.under("postgres"), url, user, timeout);
    return fine(before, () -> new PostgresConfig(url, user, password, timeout), preset);
  }

  private Secret password() {
    Secret called = secrets.get(PASSWORD);
    if (called != null) {
      origins.put(PASSWORD, new Origin.Code());
    }
    boolean plain = called != null || given.containsKey(PASSWORD);
    if (!given.containsKey(PASSWORD_FILE)) {
      return called != null ? called : read(PASSWORD, Secret::of, Secret.none());
    }
    if (plain) {
      problems.unless(
          false,
          PASSWORD_FILE,
          null,
          PASSWORD + " is given too (" + origin(PASSWORD).brief() + "); keep one of the two");
    }
    Secret file = read(PASSWORD_FILE, Binder::secretFile, Secret.none());
    origins.put(PASSWORD, origin(PASSWORD_FILE));
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

  private PoolConfig pool() {
    PoolConfig preset = profile.pool();
    boolean sure = !unreadable.contains("profile");
    if (!sure) {
      Stream.of("pool.min", "pool.max")
          .filter(key -> !given.containsKey(key))
          .forEach(unreadable::add);
    }
    int before = problems.count();
    int min = number("pool.min", preset.min());
    int max = number("pool.max", preset.max());
    Duration wait = time("pool.wait", preset.maxWait());
    var comments = read("pool.sql-comments", PoolConfig.SqlComments::of, preset.sqlComments());
    PoolConfig.check(problems.under("pool"), min, max, wait);
    return sure ? fine(before, () -> new PoolConfig(min, max, wait, comments), preset) : preset;
  }

  private Map<String, LaneConfig> lanes(int poolMax) {
    Map<String, LaneConfig> lanes = new LinkedHashMap<>();
    Catalogue.PRESET_LANES.forEach(name -> lanes.put(name, lane(name, poolMax)));
    Raw declared = given.get("lanes");
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
    int reserved = number(path + ".reserved", preset.reserved());
    int limit = read(path + ".limit", Conversions::limit, preset.limit());
    int weight = number(path + ".weight", preset.weight());
    LaneConfig.checkShare(problems.under(path), reserved, limit, weight);
    int bound = read(path + ".queue-bound", Conversions::limit, preset.queueBound());
    LaneConfig.checkQueueBound(problems.under(path), bound);
    Duration deadline = timeOrNone(path + ".deadline", preset.deadline());
    LaneConfig.checkTime(problems.under(path), "deadline", deadline);
    Guards guards = guards(path, preset.guards(), deadline);
    boolean readOnly = read(path + ".read-only", Conversions::flag, preset.readOnly());
    Shedding shed = read(path + ".shed", Binder::shedding, preset.shed());
    return fine(
        before,
        () -> new LaneConfig(reserved, limit, weight, bound, deadline, guards, readOnly, shed),
        preset);
  }

  private Guards guards(String path, Guards preset, @Nullable Duration deadline) {
    Guards usual = presetGuards(path, preset, deadline);
    int before = problems.count();
    Duration statement = timeOrNone(path + ".statement-timeout", usual.statementTimeout());
    Duration lock = timeOrNone(path + ".lock-timeout", usual.lockTimeout());
    Duration idle =
        timeOrNone(path + ".idle-in-transaction-timeout", usual.idleInTransactionTimeout());
    Guards.check(problems.under(path), statement, lock, idle);
    Guards.checkWithin(problems.under(path), deadline, statement, lock);
    return fine(before, () -> new Guards(statement, lock, idle), usual);
  }

  /** A deadline shortens what is merely preset, and is then where that value came from. */
  private Guards presetGuards(String path, Guards preset, @Nullable Duration deadline) {
    Guards usual = preset.within(deadline);
    if (!Objects.equals(usual.statementTimeout(), preset.statementTimeout())) {
      inherit(path + ".deadline", path + ".statement-timeout");
    }
    if (!Objects.equals(usual.lockTimeout(), preset.lockTimeout())) {
      inherit(path + ".deadline", path + ".lock-timeout");
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
    String uri = text("redis.uri");
    Duration timeout = time("redis.timeout", preset.timeout());
    RedisConfig.check(problems.under("redis"), uri, timeout);
    return fine(before, () -> new RedisConfig(uri, timeout), preset);
  }

  private Map<String, BulkheadConfig> bulkheads() {
    Map<String, BulkheadConfig> bulkheads = new LinkedHashMap<>();
    String byDefault = Catalogue.DEFAULT_BULKHEAD;
    BulkheadConfig common = bulkhead(byDefault, BulkheadConfig.defaults());
    bulkheads.put(byDefault, common);
    Set<String> names = new TreeSet<>();
    given.keySet().forEach(key -> Catalogue.bulkheadIn(key).ifPresent(names::add));
    names.remove(byDefault);
    for (String name : names) {
      inherit(BULKHEADS + byDefault + ".limit", BULKHEADS + name + ".limit");
      inherit(BULKHEADS + byDefault + ".queue", BULKHEADS + name + ".queue");
      bulkheads.put(name, bulkhead(name, common));
    }
    return bulkheads;
  }

  private void inherit(String from, String to) {
    Origin origin = origins.get(from);
    if (origin != null) {
      origins.putIfAbsent(to, origin);
    }
  }

  private BulkheadConfig bulkhead(String name, BulkheadConfig preset) {
    String path = BULKHEADS + name;
    int before = problems.count();
    int limit = number(path + ".limit", preset.limit());
    int queue = number(path + ".queue", preset.queue());
    BulkheadConfig.check(problems.under(path), limit, queue);
    return fine(before, () -> new BulkheadConfig(limit, queue), preset);
  }

  private HealthConfig health() {
    HealthConfig preset = HealthConfig.defaults();
    int before = problems.count();
    Duration interval = time("health.interval", preset.interval());
    Duration timeout = time("health.timeout", preset.timeout());
    HealthConfig.check(problems.under("health"), interval, timeout);
    return fine(before, () -> new HealthConfig(interval, timeout), preset);
  }

  private ShutdownConfig shutdown() {
    ShutdownConfig preset = ShutdownConfig.defaults();
    int before = problems.count();
    Duration budget = time("shutdown.budget", preset.budget());
    boolean hook = read("shutdown.hook", Conversions::flag, preset.hook());
    ShutdownConfig.check(problems.under("shutdown"), budget);
    return fine(before, () -> new ShutdownConfig(budget, hook), preset);
  }

  /** The record, unless a problem was found since: then the preset, so that others are found. */
  private <T> T fine(int before, Supplier<T> made, T preset) {
    return problems.count() == before ? made.get() : preset;
  }

  private int number(String key, int otherwise) {
    return read(key, Conversions::number, otherwise);
  }

  private Duration time(String key, Duration otherwise) {
    return read(key, Conversions::duration, otherwise);
  }

  private @Nullable Duration timeOrNone(String key, @Nullable Duration otherwise) {
    return this.<@Nullable Duration>read(key, Conversions::durationOrNone, otherwise);
  }

  private @Nullable String text(String key) {
    return this.<@Nullable String>read(key, text -> text, null);
  }

  private <T extends @Nullable Object> T read(
      String key, Function<String, T> conversion, T otherwise) {
    Raw raw = given.get(key);
    if (raw == null) {
      return otherwise;
    }
    boolean verbatim = form(key) == Form.SECRET;
    String text = verbatim ? raw.value() : raw.value().strip();
    try {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("is empty; give it a value or take it out");
      }
      return conversion.apply(text);
    } catch (IllegalArgumentException wrong) {
      refuse(raw, String.valueOf(wrong.getMessage()));
    } catch (ConfigurationException wrong) {
      wrong.problems().forEach(problem -> refuse(raw, problem.reason()));
    }
    return otherwise;
  }

  private void refuse(Raw raw, String reason) {
    problems.add(new Problem(raw.key(), shown(raw), origin(raw.key()), reason));
    unreadable.add(raw.key());
  }

  private Origin origin(String key) {
    Origin origin = origins.get(key);
    return origin == null ? WeirConfig.defaultOrigin(key, profile) : origin;
  }

  private void tell(Fault fault) {
    Raw at = fault.at();
    String key = at.key().isEmpty() ? at.place() : at.key();
    problems.add(new Problem(key, shown(at), originOf(at), fault.reason()));
  }

  private Form form(String key) {
    return resolution.form(key).orElse(Form.TEXT);
  }

  private @Nullable String shown(Raw raw) {
    return resolution.shown(raw).orElse(null);
  }

  private static Origin originOf(Raw raw) {
    return switch (raw.kind()) {
      case CLASS_PATH, DIRECTORY -> new Origin.PropertiesFile(raw.place(), raw.line());
      case ENVIRONMENT -> new Origin.Environment(raw.place());
      case SYSTEM_PROPERTY -> new Origin.SystemProperty(raw.place());
      case CODE -> new Origin.Code();
    };
  }
}
