package dev.weir.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.pool.Access;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.Pools;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.pool.UnknownOutcomeException;
import dev.weir.pool.history.History.Append;
import dev.weir.pool.history.History.Entry;
import dev.weir.pool.history.History.Told;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.MessagePattern;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients append to lists, two at a time, while server and network fail: what they were told must
 * be what is there. Longer with {@code -Dweir.history.rounds=100}; again with {@code
 * -Dweir.history.seed}.
 */
class HistoryTest {

  private static final int KEYS = 5;
  private static final int CLIENTS = 12;
  private static final int ROUNDS = Integer.getInteger("weir.history.rounds", 12);
  private static final long SEED = Long.getLong("weir.history.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final History history = new History();
  private final AtomicLong values = new AtomicLong();
  private PostgresServer server;
  private TestDatabase database;
  private TcpProxy proxy;
  private volatile boolean over;

  @BeforeEach
  void open() throws SQLException {
    server = PostgresServer.builder().durable().setting("deadlock_timeout", "50ms").start();
    database = server.freshDatabase();
    URI url = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    proxy = TcpProxy.toPostgres(url.getHost(), url.getPort());
    try (Connection c = database.dataSource().getConnection()) {
      Pools.run(c, "CREATE TABLE list (key int PRIMARY KEY, entries bigint[] NOT NULL)");
      Pools.run(c, "INSERT INTO list SELECT k, '{}' FROM generate_series(1, " + KEYS + ") AS k");
    }
  }

  @AfterEach
  void close() {
    proxy.close();
    server.close();
  }

  private ConnectionSettings settings() {
    URI url = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    return new ConnectionSettings(
        PostgresConfig.defaults()
            .url("jdbc:postgresql://%s:%d%s".formatted(proxy.host(), proxy.port(), url.getPath()))
            .user(database.user())
            .password(Secret.of(database.password()))
            .connectTimeout(Duration.ofSeconds(3)),
        new PoolConfig(0, 8, Duration.ofSeconds(5)),
        Pools.LANES,
        RedisConfig.defaults(),
        null);
  }

  /** How a client asks, and what it makes of the answer. */
  private interface Client {
    Told append(UnifiedConnectionManager connections, Append append, Map<Integer, List<Long>> seen)
        throws SQLException;
  }

  @Test
  void of_transactions_under_faults_is_what_the_clients_were_told() throws Exception {
    System.out.printf("History: seed %d, %d rounds of faults%n", SEED, ROUNDS);
    run(HistoryTest::asMeant, new Random(SEED));
    List<String> wrong = history.check(lists());
    System.out.printf(
        "History: %d committed, %d failed, %d unknown, %d contradictions%n",
        history.count(Told.COMMITTED),
        history.count(Told.FAILED),
        history.count(Told.UNKNOWN),
        wrong.size());
    assertThat(wrong).as("seed " + SEED).isEmpty();
    assertThat(history.count(Told.COMMITTED)).isGreaterThan(100L * ROUNDS);
  }

  /** The checker's own test: this client does what nobody may do. */
  @Test
  void of_a_client_that_tries_again_after_a_lost_answer_has_contradictions() throws Exception {
    try (Pools pools = Pools.open(settings())) {
      for (int i = 0; i < 3; i++) {
        var append = new Append(0, values.incrementAndGet(), List.of(1, 2));
        proxy.cutBefore(MessagePattern.committed());
        Map<Integer, List<Long>> seen = new HashMap<>();
        Told told = Told.UNKNOWN;
        while (told == Told.UNKNOWN) {
          told = asMeant(pools.manager(), append, seen);
        }
        history.add(new Entry(append, told, seen));
      }
    }
    assertThat(history.check(lists())).isNotEmpty().allMatch(it -> it.contains("2 times in list"));
  }

  private static Told asMeant(
      UnifiedConnectionManager connections, Append append, Map<Integer, List<Long>> seen)
      throws SQLException {
    Access usual = Access.readWrite().repeatableRead().attempts(5);
    try {
      connections.useTransaction(
          append.value() % 2 == 0 ? usual.resolvable() : usual,
          c -> {
            seen.clear();
            for (int key : append.keys()) {
              seen.put(key, append(c, key, append.value()));
            }
          });
      return Told.COMMITTED;
    } catch (UnknownOutcomeException unknown) {
      return Told.UNKNOWN;
    } catch (SQLException | RuntimeException failed) {
      return Told.FAILED;
    }
  }

  private static List<Long> append(Connection c, int key, long value) throws SQLException {
    try (PreparedStatement update =
        c.prepareStatement(
            "UPDATE list SET entries = entries || ? WHERE key = ? RETURNING entries")) {
      update.setLong(1, value);
      update.setInt(2, key);
      try (ResultSet row = update.executeQuery()) {
        row.next();
        return List.of((Long[]) row.getArray(1).getArray());
      }
    }
  }

  private void run(Client client, Random random) throws Exception {
    try (Pools pools = Pools.open(settings());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        long seed = random.nextLong();
        clients.add(
            threads.submit(() -> appendOn(pools.manager(), client, number, new Random(seed))));
      }
      try {
        for (int round = 0; round < ROUNDS; round++) {
          long before = history.count(Told.COMMITTED);
          fault(random.nextInt(6));
          Await.until(
              PATIENCE,
              "work goes on after the fault",
              () -> history.count(Told.COMMITTED) > before + 100);
        }
      } finally {
        over = true;
      }
      for (Future<?> one : clients) {
        one.get();
      }
    }
  }

  private boolean appendOn(
      UnifiedConnectionManager connections, Client client, int number, Random random)
      throws SQLException {
    while (!over) {
      int first = 1 + random.nextInt(KEYS);
      int second = 1 + (first + random.nextInt(KEYS - 1)) % KEYS;
      // In either order, so that some wait for each other.
      var append = new Append(number, values.incrementAndGet(), List.of(first, second));
      Map<Integer, List<Long>> seen = new HashMap<>();
      Told told = client.append(connections, append, seen);
      history.add(new Entry(append, told, Map.copyOf(seen)));
    }
    return true;
  }

  private void fault(int which) throws SQLException {
    switch (which) {
      case 0 -> {
        server.kill();
        server.restart();
      }
      case 1 -> proxy.cut();
      case 2 -> proxy.cutBefore(MessagePattern.committed());
      case 3 -> proxy.cutBefore(MessagePattern.commit());
      case 4 -> proxy.cutAfter(MessagePattern.commit());
      default -> {
        try (Connection c = database.dataSource().getConnection()) {
          Pools.run(
              c,
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }
      }
    }
  }

  private Map<Integer, List<Long>> lists() throws SQLException {
    Map<Integer, List<Long>> lists = new HashMap<>();
    IntStream.rangeClosed(1, KEYS).forEach(key -> lists.put(key, List.of()));
    try (Connection c = database.dataSource().getConnection();
        var statement = c.createStatement();
        ResultSet rows = statement.executeQuery("SELECT key, entries FROM list")) {
      while (rows.next()) {
        lists.put(rows.getInt(1), List.of((Long[]) rows.getArray(2).getArray()));
      }
    }
    return lists;
  }
}
