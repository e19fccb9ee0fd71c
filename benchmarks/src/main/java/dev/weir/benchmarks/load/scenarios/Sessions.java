package dev.weir.benchmarks.load.scenarios;

import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Slices;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.config.PoolConfig.SqlComments;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Access;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** What a session costs beyond a borrow, and a transaction beyond one by hand: Weir with itself. */
final class Sessions implements Scenario {

  static final Metric NANOS = new Metric("time", "ns/op", 0);
  static final Metric RATIO = new Metric("time / plain", "", 3);
  static final Metric CPU_RATIO = new Metric("cpu / plain", "", 3);
  static final Metric BYTES = new Metric("allocated", "B/op", 0);

  static final String PLAIN = "plain";
  static final String MORE = "with more";
  static final String EMPTY = "useSession / dataSource(), no query";
  static final String SELECT = "withSession / dataSource(), SELECT 1";
  static final String TRANSACTION = "inTransaction / by hand, SELECT 1";
  static final String COMMENT = "SQL comments on / off, SELECT 1";

  private static final int CONNECTIONS = 10;
  private static final double MOST_TRANSACTION = 1.1;

  @Override
  public String name() {
    return "sessions";
  }

  @Override
  public String shows() {
    return "a session against a plain borrow, a transaction of one statement against one written by"
        + " hand on the same pool, and SQL comments against none, in short alternating slices on"
        + " one thread";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(NANOS, RATIO, CPU_RATIO, BYTES);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 3, 9));
    PostgresServer server = stage.server(100);
    UnifiedConnectionManager weir = weir(stage, server, UnaryOperator.identity());
    UnifiedConnectionManager telling =
        weir(stage, server, config -> config.pool(config.pool().sqlComments(SqlComments.NAME)));
    Place place = Place.one(stage, server);
    DataSource source = weir.dataSource();
    Access named = Access.readWrite().name("look up an order");
    Slices.Plan empty = plan(pass.pick(5, 300, 1_000), pass.pick(5, 100, 300), 10_000);
    Slices.Plan select = plan(pass.pick(2, 80, 300), pass.pick(1, 10, 20), pass.pick(50, 400, 500));
    pair(stage, EMPTY, Place.ANY, () -> new Slices(empty, () -> borrow(source), () -> enter(weir)));
    pair(
        stage,
        SELECT,
        place,
        () -> new Slices(select, () -> plain(source), () -> ask(weir, named)));
    pair(
        stage,
        TRANSACTION,
        place,
        () ->
            new Slices(
                select, () -> byHand(source), () -> weir.inTransaction(Sessions::selectOne)));
    pair(
        stage,
        COMMENT,
        place,
        () -> new Slices(select, () -> ask(weir, named), () -> ask(telling, named)));
  }

  private static UnifiedConnectionManager weir(
      Stage stage, PostgresServer server, UnaryOperator<WeirConfig> settings) {
    WeirConfig config = settings.apply(Connections.weir(server, CONNECTIONS));
    return stage.keep(Weir.start(config)).connections();
  }

  private static Slices.Plan plan(int pairs, int warmUp, int operations) {
    return new Slices.Plan(
        Thread.ofVirtual().name("borrower-", 0).factory(), pairs, warmUp, operations);
  }

  private static Connection borrow(DataSource source) throws SQLException {
    Connection connection = source.getConnection();
    connection.close();
    return connection;
  }

  private static boolean enter(UnifiedConnectionManager weir) {
    weir.useSession(_ -> {});
    return true;
  }

  private static int plain(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return selectOne(connection);
    }
  }

  private static int ask(UnifiedConnectionManager weir, Access access) throws SQLException {
    return weir.withSession(access, Sessions::selectOne);
  }

  private static int byHand(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      int one = selectOne(connection);
      connection.commit();
      return one;
    }
  }

  private static int selectOne(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void pair(Stage stage, String variant, Place place, Supplier<Slices> slices) {
    stage.add(
        new Trial(
            variant,
            List.of(PLAIN, MORE),
            () -> {
              try (AutoCloseable _ = place.enter()) {
                return slices.get().run().stream().map(Sessions::figures).toList();
              }
            }));
  }

  private static Figures figures(Slices.Outcome outcome) {
    return Figures.none()
        .with(NANOS, outcome.nanos())
        .with(RATIO, outcome.ratio())
        .with(CPU_RATIO, outcome.cpuRatio())
        .with(BYTES, outcome.bytes());
  }

  @Override
  public List<Verdict> judge(Results results) {
    double time = results.median(TRANSACTION, MORE, RATIO);
    return List.of(
        new Verdict(
            "S1",
            "inTransaction with one statement: <= 1.1 x the same by hand",
            time <= MOST_TRANSACTION,
            String.format(Locale.ROOT, "%.3f x", time)));
  }

  @Override
  public List<Panel> panels() {
    return List.of(Panel.linear("What is more, against what is plain (1 is equal)", "load", RATIO));
  }
}
