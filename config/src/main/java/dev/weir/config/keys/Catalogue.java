package dev.weir.config.keys;

import dev.weir.config.keys.Key.Form;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All keys, for the lanes and bulkheads known by name. Lanes are known when declared; a bulkhead
 * may have any name, so the names seen are known and every other is still legal. Immutable.
 */
public final class Catalogue {
  /** The lanes that are there without being declared. */
  public static final List<String> PRESET_LANES =
      List.of("interactive", "batch", "training", "mcp", "admin");

  /** The bulkhead that stands for all that are not set. */
  public static final String DEFAULT_BULKHEAD = "default";

  /** What the name of a lane looks like. */
  public static final Pattern LANE_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  /** What the name of a bulkhead looks like; its spelling in the environment has one way back. */
  public static final Pattern BULKHEAD_NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /** Every key there is, in the order of the documentation. */
  public static final List<Key> KEYS =
      List.of(
          new Key("profile", Form.PROFILE, "what the service is started for; decides defaults"),
          new Key(
              "postgres.url", Form.ADDRESS, "the database, `jdbc:postgresql://host:port/database`"),
          new Key("postgres.user", Form.TEXT, "the login"),
          new Key("postgres.password", Form.SECRET, "the login's password"),
          new Key(
              "postgres.password-file",
              Form.SECRET_FILE,
              "a file with the password, read at each use; instead of `postgres.password`"),
          new Key(
              "postgres.connect-timeout",
              Form.DURATION,
              "time to open one connection, at least `1s`; rounded up to whole seconds"),
          new Key(
              "postgres.pooler",
              Form.POOLER,
              "what stands before the server; `transaction` for PgBouncer in that mode"),
          new Key("pool.min", Form.NUMBER, "connections kept open when nothing happens, 0 to max"),
          new Key("pool.max", Form.NUMBER, "connections open at most, 1 to 10000"),
          new Key(
              "pool.wait",
              Form.DURATION,
              "longest wait for a connection by a caller without a deadline"),
          new Key(
              "pool.sql-comments",
              Form.COMMENTS,
              "what a session's statements tell the server; a trace defeats the statement cache"),
          new Key(
              "pool.adapt.limit",
              Form.ADAPTING,
              "whether callers let in at once follow what the server can do, within seconds"),
          new Key(
              "pool.adapt.size",
              Form.ADAPTING,
              "whether `pool.max` follows what is needed, within minutes"),
          new Key(
              "pool.adapt.ceiling",
              Form.NUMBER,
              "the most that `pool.max` goes to by itself, at least `pool.max`, which is the default"),
          new Key(
              "pool.fleet",
              Form.TEXT,
              "name of the instances that share the server's `max_connections`; none without it"),
          new Key(
              "pool.fleet-weight",
              Form.NUMBER,
              "this instance's share against the others of its fleet, 1 to 1000"),
          new Key(
              "lanes",
              Form.NAMES,
              "lanes beside the preset `interactive`, `batch`, `training`, `mcp` and `admin`"),
          new Key("lanes.<name>.reserved", Form.NUMBER, "connections always kept for the lane"),
          new Key("lanes.<name>.limit", Form.LIMIT, "connections the lane never exceeds"),
          new Key("lanes.<name>.weight", Form.NUMBER, "the lane's share of the rest, 1 to 1000"),
          new Key(
              "lanes.<name>.queue-bound",
              Form.LIMIT,
              "callers that may wait at once; at 0 nobody waits"),
          new Key(
              "lanes.<name>.deadline",
              Form.DURATION_OR_NONE,
              "end-to-end budget of a session; a longer preset statement or lock timeout shrinks to"
                  + " it"),
          new Key(
              "lanes.<name>.statement-timeout",
              Form.DURATION_OR_NONE,
              "time after which the server ends a statement, at most the deadline"),
          new Key(
              "lanes.<name>.lock-timeout",
              Form.DURATION_OR_NONE,
              "time after which the server ends the wait for a lock, at most the deadline"),
          new Key(
              "lanes.<name>.idle-in-transaction-timeout",
              Form.DURATION_OR_NONE,
              "time after which the server ends a session idle in its transaction"),
          new Key("lanes.<name>.read-only", Form.FLAG, "whether the lane's sessions may only read"),
          new Key(
              "lanes.<name>.shed",
              Form.SHEDDING,
              "whom a standing queue turns away: all who stand longer than the time, nobody at"
                  + " `off`, at `auto` those with a budget of 2s or less after a fortieth of it"),
          new Key(
              "lanes.<name>.role",
              Form.TEXT,
              "the role that the lane's sessions run as, by `SET ROLE`; the login must be a member"),
          new Key(
              "lanes.<name>.user",
              Form.TEXT,
              "a login of the lane's own; its `limit`, which must be given, is then its part of"
                  + " `pool.max`, which nobody else has; not for `interactive` and `admin`"),
          new Key("lanes.<name>.password", Form.SECRET, "that login's password"),
          new Key(
              "lanes.<name>.password-file",
              Form.SECRET_FILE,
              "a file with it, read at each use; instead of `lanes.<name>.password`"),
          new Key("redis.uri", Form.ADDRESS, "the Redis, `redis://host:port` or `rediss://...`"),
          new Key("redis.timeout", Form.DURATION, "time a Redis command may take"),
          new Key(
              "bulkheads.<name>.limit",
              Form.NUMBER,
              "tasks running at once; the name `default` stands for all not named"),
          new Key("bulkheads.<name>.queue", Form.NUMBER, "tasks waiting at most; likewise"),
          new Key(
              "tasks.dead-letters",
              Form.NUMBER,
              "failed tasks kept to be run again; the oldest goes first"),
          new Key("tasks.history", Form.NUMBER, "ended tasks that are remembered"),
          new Key("tasks.history-age", Form.DURATION, "for how long they are"),
          new Key(
              "tasks.stuck-after",
              Form.DURATION,
              "time after which a running try is called stuck, if its task does not say"),
          new Key("events.queue", Form.NUMBER, "events that may wait for one subscriber"),
          new Key(
              "events.workers",
              Form.NUMBER,
              "events a concurrent subscriber handles at once, at most"),
          new Key("events.history", Form.NUMBER, "events of each type that are remembered"),
          new Key("health.interval", Form.DURATION, "time from one health check to the next"),
          new Key("health.timeout", Form.DURATION, "time a check may take, at most the interval"),
          new Key(
              "health.fall", Form.NUMBER, "findings in a row that make a status worse, 1 to 100"),
          new Key(
              "health.rise", Form.NUMBER, "findings in a row that make a status better, 1 to 100"),
          new Key(
              "health.readiness",
              Form.NAMES,
              "monitors that decide whether the service is ready, such as `database`; without it"
                  + " those of the service that say so themselves, and no dependency"),
          new Key(
              "health.pinned", Form.FLAG, "whether pinned virtual threads are looked for, by JFR"),
          new Key(
              "health.endpoint.port",
              Form.NUMBER,
              "port that serves health by HTTP, 0 for a free one; without it there is none"),
          new Key("health.endpoint.host", Form.TEXT, "address that it listens on; others see less"),
          new Key(
              "telemetry.target",
              Form.TARGET,
              "where metrics go; `auto` is OpenTelemetry until a Micrometer registry is bound"),
          new Key(
              "telemetry.spans",
              Form.SPANS,
              "what becomes a span; `work` leaves out sessions and transactions"),
          new Key(
              "telemetry.mdc",
              Form.FLAG,
              "whether the log context of tasks and subscribers has `trace_id` and `span_id`"),
          new Key(
              "shutdown.budget", Form.DURATION, "longest time for all steps of the stop together"),
          new Key("shutdown.hook", Form.FLAG, "whether Weir stops by itself when the JVM ends"),
          new Key(
              "shutdown.signals",
              Form.FLAG,
              "whether Weir takes the process's signals: SIGTERM and SIGINT stop, the second of"
                  + " them at once, SIGHUP reloads, SIGUSR1 prints the status"));

  private static final String LANES = "lanes.";
  private static final String BULKHEADS = "bulkheads.";

  private final Set<String> lanes;
  private final Set<String> bulkheads;
  private final Map<String, List<String>> pathsByVariable;

  /** The catalogue for these declared lanes and these bulkheads seen so far. */
  public Catalogue(Set<String> lanes, Set<String> bulkheads) {
    this.lanes = Set.copyOf(lanes);
    this.bulkheads = Set.copyOf(bulkheads);
    this.pathsByVariable = paths().collect(Collectors.groupingBy(Catalogue::variable));
  }

  /** The setting this key names, if it is one. */
  public Optional<Key> find(String path) {
    return KEYS.stream().filter(key -> matches(key, path)).findFirst();
  }

  private boolean matches(Key key, String path) {
    if (!key.hasName()) {
      return key.path().equals(path);
    }
    return nameIn(key, path).filter(name -> legal(key, name)).isPresent();
  }

  private boolean legal(Key key, String name) {
    return key.path().startsWith(LANES)
        ? lanes.contains(name)
        : BULKHEAD_NAME.matcher(name).matches();
  }

  /** The text in place of {@code <name>}, where the path has the shape of the key. */
  private static Optional<String> nameIn(Key key, String path) {
    int at = key.path().indexOf(Key.NAME);
    String before = key.path().substring(0, at);
    String after = key.path().substring(at + Key.NAME.length());
    boolean shaped =
        path.startsWith(before)
            && path.endsWith(after)
            && path.length() > before.length() + after.length();
    return shaped
        ? Optional.of(path.substring(before.length(), path.length() - after.length()))
        : Optional.empty();
  }

  /** The bulkhead a path speaks of, if it is the path of one. */
  public static Optional<String> bulkheadIn(String path) {
    return KEYS.stream()
        .filter(key -> key.hasName() && key.path().startsWith(BULKHEADS))
        .flatMap(key -> nameIn(key, path).stream())
        .filter(name -> BULKHEAD_NAME.matcher(name).matches())
        .findFirst();
  }

  /** The keys that hold a secret. */
  public static List<String> secrets() {
    return KEYS.stream().filter(key -> key.form() == Form.SECRET).map(Key::path).toList();
  }

  /** Whether this is the key of a secret, whether or not a name in it is known. */
  public static boolean isSecret(String path) {
    return KEYS.stream()
        .filter(key -> key.form() == Form.SECRET)
        .anyMatch(key -> key.hasName() ? nameIn(key, path).isPresent() : key.path().equals(path));
  }

  /** What a key is called in the environment: {@code pool.max} is {@code WEIR_POOL_MAX}. */
  public static String variable(String path) {
    return "WEIR_" + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Every key this environment variable may mean: none, the one, or several. */
  public List<String> meantBy(String variable) {
    List<String> known = pathsByVariable.get(variable);
    return known == null ? newBulkhead(variable) : List.copyOf(known);
  }

  /** A bulkhead nobody has named yet: its words are joined by '-'. */
  private static List<String> newBulkhead(String variable) {
    return KEYS.stream()
        .filter(key -> key.hasName() && key.path().startsWith(BULKHEADS))
        .flatMap(key -> spelling(key, variable).stream())
        .toList();
  }

  private static Optional<String> spelling(Key key, String variable) {
    Key shape = new Key(variable(key.path()).replace("<NAME>", Key.NAME), key.form(), "");
    return nameIn(shape, variable)
        .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
        .filter(name -> BULKHEAD_NAME.matcher(name).matches())
        .map(key::named)
        .filter(path -> variable(path).equals(variable));
  }

  /** Every path of every known name. */
  public Stream<String> paths() {
    return KEYS.stream().flatMap(this::pathsOf);
  }

  private Stream<String> pathsOf(Key key) {
    if (!key.hasName()) {
      return Stream.of(key.path());
    }
    Set<String> names = key.path().startsWith(LANES) ? lanes : bulkheads;
    return new TreeSet<>(names).stream().map(key::named);
  }

  /** What is wrong with a key that {@link #find} does not find, and which was probably meant. */
  public String unknown(String path) {
    Optional<String> lane =
        KEYS.stream()
            .filter(key -> key.hasName() && key.path().startsWith(LANES))
            .flatMap(key -> nameIn(key, path).stream())
            .findFirst();
    return lane.map(this::noLane)
        .orElseGet(
            () ->
                "no such setting"
                    + Suggestion.among(paths(), path, "; docs/configuration.md lists them all"));
  }

  private String noLane(String name) {
    String instead = "; declare it with lanes = " + name;
    return "no lane \"%s\"%s".formatted(name, Suggestion.quoted(lanes.stream(), name, instead));
  }
}
