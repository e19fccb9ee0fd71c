package dev.weir.benchmarks.load.scenarios;

import static dev.weir.benchmarks.load.rivals.FleetJvm.COUNTER;

import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.Backends;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.rivals.FleetMember;
import dev.weir.benchmarks.load.rivals.FleetMember.Tally;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/**
 * One rival's fleet, from its first JVM on to the end of its last. For one thread.
 *
 * <p>Each JVM logs in by a name of its own, by which the server tells their sessions apart; whoever
 * watches is a superuser, who may use connections that none of them may.
 */
final class FleetRun implements AutoCloseable {

  static final String ONE = "one";
  static final String TWO = "two";
  static final String THREE = "three";
  static final List<String> NAMES = List.of(ONE, TWO, THREE);

  private static final Pattern REFUSED = Pattern.compile("(?m)^53300 ");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final PostgresServer server;
  private final String rival;
  private final Plan plan;
  private final Connection asking;
  private final Backends backends;
  private final int loggedBefore;
  private final Map<String, FleetMember> members = new HashMap<>();
  private long startsLeft;

  /**
   * How it goes.
   *
   * @param load what each JVM is given
   * @param alone from when the first is open to the start of the second
   * @param two from when the second is open to the start of the third
   * @param together from when the third is open to the death of the first
   * @param after from then to the end
   * @param starts the time that the starts of all JVMs may take together
   */
  record Plan(
      FleetMember.Load load,
      Duration alone,
      Duration two,
      Duration together,
      Duration after,
      Duration starts) {

    /** The longest that it may take; two of the short pass are over in a minute and a half. */
    Duration longest() {
      return alone.plus(two).plus(together).plus(after).plus(starts).plus(PATIENCE);
    }
  }

  private FleetRun(
      PostgresServer server, String rival, Plan plan, Connection asking, Backends backends)
      throws IOException {
    this.server = server;
    this.rival = rival;
    this.plan = plan;
    this.asking = asking;
    this.backends = backends;
    this.loggedBefore = log().length();
    this.startsLeft = plan.starts().toNanos();
  }

  /** Makes the logins, and the counter that each call turns. */
  static void prepare(PostgresServer server) throws SQLException {
    try (Connection connection = login(server);
        Statement statement = connection.createStatement()) {
      for (String name : NAMES) {
        statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, server.password()));
      }
      statement.execute("CREATE SEQUENCE " + COUNTER);
      statement.execute("GRANT USAGE ON SEQUENCE " + COUNTER + " TO PUBLIC");
    }
  }

  private static Connection login(PostgresServer server) throws SQLException {
    return DriverManager.getConnection(
        server.jdbcUrl(Connections.DATABASE), server.user(), server.password());
  }

  /** Runs it, and leaves no JVM behind. */
  static Figures of(PostgresServer server, String rival, Plan plan) throws Exception {
    try (Connection asking = login(server);
        Backends backends = Backends.watch(login(server), NAMES);
        var run = new FleetRun(server, rival, plan, asking, backends)) {
      return run.through();
    }
  }

  private Figures through() throws Exception {
    Await.until(PATIENCE, "those before are gone", () -> backends.last().sum() == 0);
    ask("SELECT setval('%s', 1, false)".formatted(COUNTER));
    start(ONE);
    Hold.park(plan.alone());
    Moment alone = now();
    start(TWO);
    Hold.park(plan.two());
    long joined = start(THREE);
    Hold.park(plan.together());
    Moment together = now();
    long killed = System.nanoTime();
    member(ONE).kill();
    Hold.park(plan.after());
    Moment after = now();
    return shares(alone, together, after, ends())
        .with(
            Fleet.JOINED,
            backends.secondsUntil(joined, look -> look.nanos() - killed < 0 && has(look, 3, THREE)))
        .with(
            Fleet.TAKEN,
            backends.secondsUntil(killed, look -> has(look, 2, TWO) && has(look, 2, THREE)));
  }

  /** What each has done, and has, at one moment. */
  private record Moment(Map<String, Tally> tallies, Backends.Look look) {

    Tally of(String name) {
      return tallies.getOrDefault(name, Tally.NONE);
    }

    double sum(ToLongFunction<Tally> calls) {
      return (double) tallies.values().stream().mapToLong(calls).sum();
    }
  }

  private Moment now() {
    Map<String, Tally> tallies = new HashMap<>();
    members.forEach((name, member) -> tallies.put(name, member.tally()));
    return new Moment(tallies, backends.last());
  }

  private boolean has(Backends.Look look, int members, String name) {
    return look.of(name) >= Fleet.fair(members, plan.load().size());
  }

  /** When it was open. */
  private long start(String name) throws IOException {
    long begun = System.nanoTime();
    FleetMember member = FleetMember.start(rival, server, name, plan.load());
    members.put(name, member);
    member.awaitOpen(Duration.ofNanos(Math.max(1, startsLeft)));
    long open = System.nanoTime();
    startsLeft -= open - begun;
    return open;
  }

  private FleetMember member(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  /** What each has done when all of them have ended. */
  private Moment ends() {
    for (String name : List.of(TWO, THREE)) {
      member(name).leave();
    }
    for (String name : List.of(TWO, THREE)) {
      member(name).awaitEnd();
    }
    return now();
  }

  private Figures shares(Moment alone, Moment together, Moment after, Moment ends)
      throws SQLException, IOException {
    Figures figures =
        Figures.none()
            .with(Fleet.CALLS, ends.sum(Tally::done))
            .with(Fleet.FAILED, ends.sum(Tally::failed))
            .with(Fleet.SEEN, ask("SELECT last_value - 1 + is_called::int FROM " + COUNTER))
            .with(Fleet.REFUSED, refused())
            .with(Fleet.MOST, backends.most())
            .with(Fleet.ALONE.sessions(), alone.look().of(ONE))
            .with(Fleet.ALONE.calls(), (double) alone.of(ONE).done());
    for (String name : NAMES) {
      Tally then = (name.equals(ONE) ? ends : together).of(name);
      Fleet.Part part = Fleet.together(name);
      figures =
          figures
              .with(part.sessions(), together.look().of(name))
              .with(part.calls(), (double) then.since(alone.of(name)).done());
    }
    for (String name : List.of(TWO, THREE)) {
      Fleet.Part part = Fleet.after(name);
      figures =
          figures
              .with(part.sessions(), after.look().of(name))
              .with(part.calls(), (double) ends.of(name).since(together.of(name)).done());
    }
    return figures;
  }

  private double ask(String question) throws SQLException {
    try (Statement statement = asking.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      row.next();
      return row.getDouble(1);
    }
  }

  /** Logins that the server refused meanwhile; it tells so to its log alone. */
  private double refused() throws IOException {
    return (double) REFUSED.matcher(log().substring(loggedBefore)).results().count();
  }

  private String log() throws IOException {
    Path log = server.directory().resolve("log");
    return Files.readString(log);
  }

  @Override
  public void close() {
    members.values().forEach(FleetMember::close);
  }
}
