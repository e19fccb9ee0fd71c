package dev.weir.config;

import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Suggestion;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All settings of one Weir, and where each came from. Valid once it exists: whatever makes one,
 * loader or wither, throws {@link ConfigurationException} with every problem otherwise. Equal by
 * its values, wherever they came from; its text never shows a secret. Immutable and safe to share.
 *
 * <pre>{@code
 * WeirConfig config = WeirConfig.load();                    // files, environment, system properties
 * WeirConfig more = config.pool(config.pool().max(40));     // and what the program knows better
 * }</pre>
 */
public final class WeirConfig {
  private static final String PRESET_RESERVE = "lanes." + Tree.ADMIN + ".reserved";

  private final Tree tree;
  private final Map<String, Origin> origins;
  private final List<String> warnings;
  private final List<String> notes;

  WeirConfig(Tree tree, Map<String, Origin> origins, List<String> warnings, List<String> notes) {
    this.tree = tree;
    this.origins = Map.copyOf(origins);
    this.warnings = List.copyOf(warnings);
    this.notes = List.copyOf(notes);
  }

  /**
   * Reads the real files, environment and system properties.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public static WeirConfig load() {
    return ConfigLoader.create().load();
  }

  /**
   * The same, with these keys set by the program; they win over every other source.
   *
   * @param code values by key without prefix, such as {@code pool.max}
   * @throws ConfigurationException with every problem, if there is any
   */
  public static WeirConfig load(Map<String, String> code) {
    Objects.requireNonNull(code, "code");
    ConfigLoader loader = ConfigLoader.create();
    for (Map.Entry<String, String> entry : code.entrySet()) {
      loader = loader.set(entry.getKey(), entry.getValue());
    }
    return loader.load();
  }

  /** The defaults of a profile; no source is read. */
  public static WeirConfig defaults(Profile profile) {
    Objects.requireNonNull(profile, "profile");
    return new WeirConfig(
        Tree.defaults(profile), Map.of("profile", new Origin.Code()), List.of(), List.of());
  }

  /** What the service is started for. */
  public Profile profile() {
    return tree.profile();
  }

  /** Which database. */
  public PostgresConfig postgres() {
    return tree.postgres();
  }

  /** How many connections. */
  public PoolConfig pool() {
    return tree.pool();
  }

  /** Every lane by name: the preset ones first, then those declared. Cannot be changed. */
  public Map<String, LaneConfig> lanes() {
    return tree.lanes();
  }

  /**
   * The lane of this name.
   *
   * @throws IllegalArgumentException if there is no such lane; the message says which was meant
   */
  public LaneConfig lane(String name) {
    LaneConfig lane = lanes().get(Objects.requireNonNull(name, "name"));
    if (lane == null) {
      String guess =
          Suggestion.closest(lanes().keySet().stream(), name)
              .map("; did you mean \"%s\"?"::formatted)
              .orElse("; there are " + String.join(", ", lanes().keySet()));
      throw new IllegalArgumentException("no lane \"%s\"%s".formatted(name, guess));
    }
    return lane;
  }

  /** Which Redis. */
  public RedisConfig redis() {
    return tree.redis();
  }

  /** The bulkheads set by name, and {@code default} for all others. Cannot be changed. */
  public Map<String, BulkheadConfig> bulkheads() {
    return tree.bulkheads();
  }

  /** The bulkhead of this name, or the default one where none is set. */
  public BulkheadConfig bulkhead(String name) {
    Objects.requireNonNull(name, "name");
    BulkheadConfig otherwise =
        Objects.requireNonNull(
            bulkheads().get(Catalogue.DEFAULT_BULKHEAD), Catalogue.DEFAULT_BULKHEAD);
    return bulkheads().getOrDefault(name, otherwise);
  }

  /** How much is remembered of tasks, and when one is called stuck. */
  public TasksConfig tasks() {
    return tree.tasks();
  }

  /** What holds for events. */
  public EventsConfig events() {
    return tree.events();
  }

  /** How health is checked. */
  public HealthConfig health() {
    return tree.health();
  }

  /** What is told of figures and traces. */
  public TelemetryConfig telemetry() {
    return tree.telemetry();
  }

  /** How Weir stops. */
  public ShutdownConfig shutdown() {
    return tree.shutdown();
  }

  /** What deserves a warning in the log, one sentence each; no secret is in it. */
  public List<String> warnings() {
    return warnings;
  }

  /** What deserves a plain line in the log, one sentence each; no secret is in it. */
  public List<String> notes() {
    return notes;
  }

  /** The same for another profile: what the old one decided, the new one decides. */
  public WeirConfig profile(Profile profile) {
    Objects.requireNonNull(profile, "profile");
    PoolConfig fresh = profile.pool();
    int min = ofProfile("pool.min") ? fresh.min() : pool().min();
    int max = ofProfile("pool.max") ? fresh.max() : pool().max();
    PoolConfig pool = pool().min(0).max(max).min(min);
    Tree next = with(profile, postgres(), pool, lanesFor(pool));
    Map<String, Origin> marked = new HashMap<>(origins);
    marked.put("profile", new Origin.Code());
    return new WeirConfig(next, marked, warnings, List.of());
  }

  /** The same with another database. */
  public WeirConfig postgres(PostgresConfig postgres) {
    return changed(with(profile(), postgres, pool(), lanes()));
  }

  /** The same with another pool; the preset reserve of the lane {@code admin} follows its size. */
  public WeirConfig pool(PoolConfig pool) {
    Objects.requireNonNull(pool, "pool");
    return changed(with(profile(), postgres(), pool, lanesFor(pool)));
  }

  /** The same with these lanes; preset ones that are not among them are as preset. */
  public WeirConfig lanes(Map<String, LaneConfig> lanes) {
    return changed(with(profile(), postgres(), pool(), lanes));
  }

  /**
   * The same with this lane declared, or put in place of the one that is there. To change one, also
   * a preset one, begin with what it is: {@code config.lane("batch",
   * config.lane("batch").limit(4))}.
   */
  public WeirConfig lane(String name, LaneConfig lane) {
    return lanes(put(lanes(), name, lane));
  }

  /** The same with another Redis. */
  public WeirConfig redis(RedisConfig redis) {
    return changed(with(redis, bulkheads(), tasks(), events(), health(), shutdown()));
  }

  /** The same with these bulkheads; without {@code default} among them, that one is as preset. */
  public WeirConfig bulkheads(Map<String, BulkheadConfig> bulkheads) {
    return changed(with(redis(), bulkheads, tasks(), events(), health(), shutdown()));
  }

  /** The same with this bulkhead set. */
  public WeirConfig bulkhead(String name, BulkheadConfig bulkhead) {
    return bulkheads(put(bulkheads(), name, bulkhead));
  }

  /** The same with other settings for tasks. */
  public WeirConfig tasks(TasksConfig tasks) {
    return changed(with(redis(), bulkheads(), tasks, events(), health(), shutdown()));
  }

  /** The same with other settings for events. */
  public WeirConfig events(EventsConfig events) {
    return changed(with(redis(), bulkheads(), tasks(), events, health(), shutdown()));
  }

  /** The same with other health checks. */
  public WeirConfig health(HealthConfig health) {
    return changed(with(redis(), bulkheads(), tasks(), events(), health, shutdown()));
  }

  /** The same with figures and traces told otherwise. */
  public WeirConfig telemetry(TelemetryConfig telemetry) {
    return changed(
        new Tree(
            profile(),
            postgres(),
            pool(),
            lanes(),
            redis(),
            bulkheads(),
            tasks(),
            events(),
            health(),
            telemetry,
            shutdown()));
  }

  /** The same with another way to stop. */
  public WeirConfig shutdown(ShutdownConfig shutdown) {
    return changed(with(redis(), bulkheads(), tasks(), events(), health(), shutdown));
  }

  /**
   * Where the value of a setting came from.
   *
   * @param key a key without prefix, such as {@code pool.max}
   * @throws IllegalArgumentException if there is no such setting; the message says which was meant
   */
  public Origin origin(String key) {
    Objects.requireNonNull(key, "key");
    Map<String, String> values = tree.values();
    if (!values.containsKey(key)) {
      String guess =
          Suggestion.closest(values.keySet().stream(), key)
              .map("; did you mean \"%s\"?"::formatted)
              .orElse("; describe() lists every setting");
      throw new IllegalArgumentException("no setting \"%s\"%s".formatted(key, guess));
    }
    return known(key);
  }

  private Origin known(String key) {
    return origins.getOrDefault(key, defaultOrigin(key, profile()));
  }

  /** What is not the same in {@code later}, in the order of the documentation; secrets masked. */
  public List<ChangedSetting> changesTo(WeirConfig later) {
    return ChangedSetting.between(tree, Objects.requireNonNull(later, "later").tree);
  }

  /** Every value in force, one a line, with where it came from; secrets masked. */
  public String describe() {
    return Listing.of(tree.values(), this::known);
  }

  static Origin defaultOrigin(String key, Profile profile) {
    boolean ofProfile = key.equals("pool.min") || key.equals("pool.max");
    return ofProfile ? new Origin.OfProfile(profile) : new Origin.Default();
  }

  private boolean ofProfile(String key) {
    return origin(key) instanceof Origin.OfProfile;
  }

  private Tree with(
      Profile profile, PostgresConfig postgres, PoolConfig pool, Map<String, LaneConfig> lanes) {
    return new Tree(
        profile,
        postgres,
        pool,
        lanes,
        redis(),
        bulkheads(),
        tasks(),
        events(),
        health(),
        telemetry(),
        shutdown());
  }

  private Tree with(
      RedisConfig redis,
      Map<String, BulkheadConfig> bulkheads,
      TasksConfig tasks,
      EventsConfig events,
      HealthConfig health,
      ShutdownConfig shutdown) {
    return new Tree(
        profile(),
        postgres(),
        pool(),
        lanes(),
        redis,
        bulkheads,
        tasks,
        events,
        health,
        telemetry(),
        shutdown);
  }

  private Map<String, LaneConfig> lanesFor(PoolConfig pool) {
    LaneConfig admin = Objects.requireNonNull(lanes().get(Tree.ADMIN), Tree.ADMIN);
    int preset = Tree.presetLane(Tree.ADMIN, pool.max()).reserved();
    boolean follows = origin(PRESET_RESERVE) instanceof Origin.Default;
    return follows ? put(lanes(), Tree.ADMIN, admin.reserved(preset)) : lanes();
  }

  private static <V> Map<String, V> put(Map<String, V> map, String name, V value) {
    Map<String, V> more = new LinkedHashMap<>(map);
    more.put(
        Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value for " + name));
    return more;
  }

  /** What has another value now was set by the program. */
  private WeirConfig changed(Tree next) {
    Map<String, String> before = tree.values();
    Map<String, Origin> now = new HashMap<>(origins);
    next.values().forEach((key, value) -> mark(now, key, before.get(key), value));
    if (origin(PRESET_RESERVE) instanceof Origin.Default && reservesAsPreset(next)) {
      now.remove(PRESET_RESERVE);
    }
    // These look alike when masked.
    Map<String, Object> secrets = tree.secrets();
    next.secrets().forEach((key, secret) -> mark(now, key, secrets.get(key), secret));
    now.keySet().retainAll(next.values().keySet());
    return new WeirConfig(next, now, warnings, notes);
  }

  private static boolean reservesAsPreset(Tree tree) {
    LaneConfig admin = Objects.requireNonNull(tree.lanes().get(Tree.ADMIN), Tree.ADMIN);
    return admin.reserved() == Tree.presetLane(Tree.ADMIN, tree.pool().max()).reserved();
  }

  private static void mark(
      Map<String, Origin> origins, String key, @Nullable Object before, @Nullable Object now) {
    if (!Objects.equals(before, now)) {
      origins.put(key, new Origin.Code());
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WeirConfig config && tree.equals(config.tree);
  }

  @Override
  public int hashCode() {
    return tree.hashCode();
  }

  /** All values, with every secret masked. */
  @Override
  public String toString() {
    return tree.values().entrySet().stream()
        .map(Object::toString)
        .collect(Collectors.joining(", ", "WeirConfig[", "]"));
  }
}
